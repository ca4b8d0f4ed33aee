import Canonical
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("The analysis of rules")
struct RuleAnalysisTests {
    private func problems(_ requirements: [String], otherwise: String = "reject") throws -> [String] {
        let rules = requirements.enumerated().map { ExamplePolicy.rule("rule-\($0)", $1, otherwise: otherwise) }
        do {
            _ = try ExamplePolicy.load(
                constants: "{many: 5}", variables: "{same: requester.entity == owner.entity}", rules: rules)
            return []
        } catch let error as PolicyError {
            return error.problems.map(\.message)
        }
    }

    @Test(
        "finds what is true whatever the facts",
        arguments: [
            "true", "device.level >= 0", "device.sharedWith >= 0", "device.sharedWith > -1", "same || !same",
            "device.shareable || device.level <= 15", "!(identity.identical && identity.contradicts)",
            "requester.entityKind in ['individual', 'organization']", "consent.given ? device.level < 21 : true",
            "request.highestLevel <= 100", "identity.document == 'match' || identity.document != 'match'", "5 == many",
            "device.temporary ? !device.shareable : device.level != 1",
        ])
    func neverFails(requirement: String) throws {
        #expect(try problems([requirement]).contains { $0.contains("can never fail") })
    }

    @Test(
        "finds what is false whatever the facts",
        arguments: [
            "false", "device.level > 20", "device.level == 12", "device.sharedWith < 0", "same && !same",
            "device.shareable && device.kind == 'app'",
            "owner.entityKind == 'person'", "identity.citizenship == 'matches'", "request.highestLevel > many * 0 + 21 && false",
        ])
    func neverPasses(requirement: String) throws {
        #expect(try problems([requirement]).contains { $0.contains("can never pass") })
    }

    @Test(
        "claims nothing of what depends on the facts",
        arguments: [
            "same", "device.level >= 20", "device.sharedWith < many", "device.shareable", "requester.id != 'nobody'",
            "requester.id.startsWith('a') || owner.id.startsWith('b')", "device.level >= request.highestLevel",
            "device.kind.startsWith('unknown') || device.shareable", "requester.deviceKinds.all(k, k != 'code')",
            "identity.usPerson",
            "device.sharedWith < 3 || device.sharedWith > 5",
        ])
    func depends(requirement: String) throws {
        #expect(try problems([requirement]).isEmpty)
    }

    @Test(
        "finds a rule that requires what another does, however it is written",
        arguments: [
            ("same", "requester.entity == owner.entity"), ("!(same && device.shareable)", "!same || !device.shareable"),
            ("device.level >= 20", "20 <= device.level"), ("consent.given ? same : true", "!consent.given || same"),
        ])
    func shadowed(one: String, other: String) throws {
        #expect(try problems([one, other]).contains { $0.contains("'rule-1' is shadowed by 'rule-0'") })
        #expect(try problems([one, "device.sharedWith < 7"]).isEmpty)
    }

    @Test("never claims what facts contradict: of each claim no sampled facts show the opposite", arguments: [UInt64(21), 22])
    func soundness(seed: UInt64) throws {
        let atoms = [
            "device.shareable", "device.level >= 15", "device.level < 15", "device.kind == 'app'", "device.kind == 'code'",
            "same",
            "identity.identical", "identity.contradicts", "identity.document == 'match'", "consent.given", "requester.hasDevice",
            "device.temporary", "device.physical", "device.sharedWith > 2", "requester.entityKind == 'individual'",
        ]
        var random = SplitMix64(seed: seed)
        func expression(_ depth: Int) -> String {
            if depth == 0 { return atoms[random.below(atoms.count)] }
            switch random.below(4) {
            case 0: return "!(\(expression(depth - 1)))"
            case 1: return "(\(expression(depth - 1)) && \(expression(depth - 1)))"
            case 2: return "(\(expression(depth - 1)) || \(expression(depth - 1)))"
            default: return "(\(expression(depth - 1)) ? \(expression(depth - 1)) : \(expression(depth - 1)))"
            }
        }
        let plain = try ExamplePolicy.load(
            variables: "{same: requester.entity == owner.entity}", rules: [ExamplePolicy.rule("rule", "same")])
        var sampler = FactsSampler(seed: seed, policies: [plain])
        let samples = (0..<400).map { _ in sampler.next() }
        var claims = 0
        for _ in 0..<150 {
            let text = expression(3)
            let environment = FactSchema.common.environment(constants: [:]).defining(
                "same", as: try #require(plain.analysis.definitions["same"]))
            let program = try environment.compile(text)
            let verdict = plain.analysis.verdict(on: program.checked.parsed.root)
            guard verdict != .depends else { continue }
            claims += 1
            for facts in samples {
                let flag = try plain.evaluator.withActivation(for: facts) { try program.evaluateBool($0) }
                #expect(flag == (verdict == .alwaysTrue), "seed \(seed): \(text)")
            }
        }
        #expect(claims > 0)
    }

    /// A range of all numbers from 0 has no `count` that is a number.
    @Test(
        "answers for whole numbers up to their bounds",
        arguments: [
            "device.sharedWith == 1", "device.sharedWith != 1", "1 == device.sharedWith",
            "device.sharedWith == 9223372036854775807", "device.sharedWith < 9223372036854775807",
            "device.sharedWith != request.highestLevel",
        ])
    func bounds(requirement: String) throws {
        #expect(try problems([requirement]).isEmpty)
    }
}
