import EligibilityPolicy
import Foundation
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The comparison, beside z3", .serialized, .enabled(if: Solver.isThere, "needs z3: Z3=\"$(.ci/z3)\""))
struct SolverAgreementTests {
    /// What a pair may cost in a test.
    private static var limits: ProofLimits {
        var limits = ProofLimits()
        limits.paths = 4_000
        limits.pathsForRules = 400
        limits.steps = 600_000
        limits.samples = 400
        limits.variations = 100
        return limits
    }

    private struct Tally {
        var compared = 0
        /// Pairs that the comparison leaves open, and questions that z3 does.
        var undecided = 0
        var unknown = 0
        var agreed = 0
        var disagreements: [String] = []

        mutating func add(_ other: Tally) {
            compared += other.compared
            undecided += other.undecided
            unknown += other.unknown
            agreed += other.agreed
            disagreements += other.disagreements
        }
    }

    /// Pairs that are looked at side by side.
    private static let atOnce = 2

    /// Few in the tests, where a minute is long; `make prove` has 500, by `DEVSHARE_SOLVER_PAIRS`.
    private static let pairs = ProcessInfo.processInfo.environment["DEVSHARE_SOLVER_PAIRS"].flatMap { Int($0) } ?? 100

    @Test("comes to the same answer on generated pairs, in both directions")
    func generated() async throws {
        let run = FuzzRun("policy-solver", usual: 1)
        var found = Tally()
        try await withThrowingTaskGroup(of: Tally.self) { group in
            var (number, started) = (0, 0)
            while started < Self.pairs, number < Self.pairs * 4 {
                let random = SeededGenerator(seed: run.seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
                let name = "seed \(run.seed), pair \(number)"
                number += 1
                var generator = PairGenerator(random: random)
                guard let (old, new) = generator.pair() else { continue }
                if started >= Self.atOnce, let tally = try await group.next() { found.add(tally) }
                started += 1
                group.addTask { try await Self.compare(old, new, name) }
            }
            for try await tally in group { found.add(tally) }
        }
        print(
            "z3 on \(found.compared) generated pairs: \(found.agreed) answers agree, \(found.disagreements.count) do not, "
                + "\(found.unknown) are unknown to it; \(found.undecided) pairs are undecided by the comparison")
        #expect(found.disagreements == [])
        #expect(found.compared == Self.pairs && found.unknown * 10 <= found.agreed)
        // Much of what is generated is made to be outside of what is understood.
        #expect(found.undecided * 2 <= found.compared)
    }

    @Test("is asked about the bundled policy and an older consent, and z3 says that it is looser")
    func bundled() async throws {
        let old = try Fixtures.bundled()
        let new = try Fixtures.bundled(("consentMaximumAge: duration('15m')", "consentMaximumAge: duration('16m')"))
        let (answers, output) = try #require(await Solver(seconds: 20).answers(to: SMTScript(old: old, new: new)))
        #expect(answers == [.looser: .sat, .stricter: .unsat], "\(output)")
    }

    private static func compare(_ old: Policy, _ new: Policy, _ name: String) async throws -> Tally {
        let comparison = PolicyComparison(old: old, new: new, limits: limits)
        let script = SMTScript(old: old, new: new)
        if let folder = ProcessInfo.processInfo.environment["DEVSHARE_SOLVER_SCRIPTS"] {
            try Data(script.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).smt2"))
        }
        var tally = Tally()
        guard let (answers, output) = try await Solver(seconds: 3).answers(to: script) else { return tally }
        tally.compared = 1
        if comparison.verdict == .undecided { tally.undecided = 1 }
        if answers.isEmpty { tally.disagreements = ["\(name): z3 says \(output.prefix(300))"] }
        for (direction, answer) in answers {
            let finding = comparison.findings[direction] ?? .undecided
            guard finding != .undecided else { continue }
            switch answer {
            case .unknown: tally.unknown += 1
            case .sat where finding == .shown, .unsat where finding == .excluded: tally.agreed += 1
            case .sat, .unsat:
                tally.disagreements.append(
                    "\(name): \(direction) is \(finding), and \(answer) to z3\nOLD \(old.rules.map(\.expression)) \(old.variables)"
                        + "\nNEW \(new.rules.map(\.expression)) \(new.variables)")
            }
        }
        return tally
    }
}
