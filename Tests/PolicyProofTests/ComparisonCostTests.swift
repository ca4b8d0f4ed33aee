import EligibilityPolicy
import Foundation
import TestSupport
import Testing

@testable import PolicyProof

/// How long a comparison takes. The figures are printed; what is required of them leaves room for slow machines.
@Suite("The cost of a comparison", .serialized)
struct ComparisonCostTests {
    private static let clock = ContinuousClock()

    /// Code that is not optimised is slower by a power of ten: then a part is measured, and nothing is required.
    private static var isOptimised: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }

    private func measure(_ name: String, _ pairs: [(String, Policy, Policy)]) -> (
        median: Duration, most: Duration, undecided: [String]
    ) {
        var times: [(Duration, String)] = []
        var undecided: [String] = []
        for (label, old, new) in pairs {
            let start = Self.clock.now
            let comparison = PolicyComparison(old: old, new: new)
            times.append((Self.clock.now - start, label))
            if comparison.verdict == .undecided { undecided.append("\(label): \(comparison.obstacles)") }
        }
        times.sort { $0.0 < $1.0 }
        let (median, most) = (times[times.count / 2], times[times.count - 1])
        print("\(name): \(times.count) comparisons, median \(median.0), most \(most.0) (\(most.1)), undecided \(undecided.count)")
        return (median.0, most.0, undecided)
    }

    @Test("is a second at the median and ten at most for the bundled policy and a mutant of it, and each is decided")
    func mutants() throws {
        let old = try Fixtures.bundled()
        let mutants = old.mutants().enumerated().filter { Self.isOptimised || $0.offset.isMultiple(of: 20) }.map(\.element)
        let (median, most, undecided) = measure("bundled policy and mutants", mutants.map { ("\($0)", old, $0.policy) })
        #expect(undecided == [])
        if Self.isOptimised { #expect(median <= .seconds(1) && most <= .seconds(10)) }
    }

    @Test("is as bounded for two faults at once")
    func pairsOfMutants() throws {
        let mutants = try Fixtures.bundled().mutants()
        var random = SeededGenerator()
        let pairs = (0..<(Self.isOptimised ? 60 : 2)).map { _ in
            let (one, other) = (random.pick(mutants), random.pick(mutants))
            return ("\(one) and \(other)", one.policy, other.policy)
        }
        let (median, most, undecided) = measure("mutants of the bundled policy", pairs)
        #expect(undecided == [])
        if Self.isOptimised { #expect(median <= .seconds(1) && most <= .seconds(10)) }
    }

    /// Policies that ask for more than can be looked at.
    private static let hostile: [(name: String, rule: @Sendable (Int) -> String, variables: String)] = {
        @Sendable func joined(_ count: Int, _ connective: String, _ part: (Int) -> String) -> String {
            (0..<count).map(part).joined(separator: " \(connective) ")
        }
        let chain = (0..<45).map { number in
            let inner = number == 0 ? "consent.given" : "v\(number - 1)"
            return "v\(number): \"!!\(inner) || device.sharedWith == \(number)\""
        }
        return [
            ("remainders", { k in joined(24, "!=") { "(device.sharedWith * \($0 + k) % \($0 + 7) == \($0 % 5))" } }, ""),
            ("opaque conditions", { k in joined(60, "!=") { "(requester.id.lowerAscii() == 'a\($0 + k)')" } }, ""),
            (
                "patterns",
                { k in
                    joined(9, "!=") { "requester.id.matches('(a|b)*a(a|b){\($0 + k)}')" } + " || "
                        + joined(4, "!=") { "owner.id.matches('x{\($0)}.*y')" }
                }, ""
            ),
            (
                "a deep conditional",
                { k in (0..<50).reduce("consent.given") { "(device.sharedWith == \($1 + k) ? \($0) : false)" } }, ""
            ),
            ("negations", { k in String(repeating: "!", count: 180) + "(device.sharedWith < \(k))" }, ""),
            ("a chain of variables", { k in "v44 || device.sharedWith > \(k)" }, "{\(chain.joined(separator: ", "))}"),
            (
                "calendars",
                { k in
                    joined(12, "!=") {
                        "(request.submittedAt.getHours('Europe/Berlin') + request.decidedAt.getDayOfYear('Asia/Tokyo') * \($0 + 1) "
                            + "== \(400 + $0 * k))"
                    }
                }, ""
            ),
            (
                "a month without such a day",
                { k in
                    "request.submittedAt.getMonth('Europe/Berlin') != 1 || request.submittedAt.getDate('Europe/Berlin') != \(29 + k)"
                }, ""
            ),
            (
                "sums of spans",
                { k in
                    joined(14, "!=") {
                        "((request.decidedAt - device.activatedAt) + (request.submittedAt - consent.givenAt) > duration('\($0 * 7 + k)h'))"
                    }
                }, ""
            ),
            (
                "lists of a thousand",
                { k in
                    "!(device.id in [\(joined(300 + k, ",") { "'D-\($0)'" })]) && !(requester.id in [\(joined(60, ",") { "'u\($0)'" })])"
                }, ""
            ),
            (
                "texts that are compared with each other",
                { k in
                    joined(8, "!=") {
                        "(requester.id == owner.entity) != (owner.id == requester.entity || device.id.size() > \($0 * k))"
                    }
                }, ""
            ),
            (
                "lists within lists",
                { k in
                    "owner.deviceKinds.exists_one(a, a in requester.deviceKinds) || device.sharedWith > \(k)"
                }, ""
            ),
        ]
    }()

    @Test("is bounded for a policy that is made to be hard", arguments: hostile.indices)
    func bounded(place: Int) throws {
        let (name, rule, variables) = Self.hostile[place]
        func policy(_ factor: Int) throws -> Policy {
            try Fixtures.policy(
                rules: [("(\(rule(factor))) || requester.id == 'exempt'", "reject"), ("consent.given", "review")],
                variables: variables, isRecorded: true)
        }
        let (old, new) = (try policy(2), try policy(3))
        let start = Self.clock.now
        let comparison = PolicyComparison(old: old, new: new)
        let time = Self.clock.now - start
        print("\(name): \(comparison.verdict) in \(time), \(comparison.witnesses.count) witnesses")
        for witness in comparison.witnesses {
            #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
        }
        // The work is bounded in steps. On two cores, the other one busy, the longest of these takes 16 seconds.
        if Self.isOptimised { #expect(time < .seconds(60)) }
    }
}
