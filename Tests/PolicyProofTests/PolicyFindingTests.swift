import Canonical
import EligibilityPolicy
import Testing

@testable import PolicyProof

@Suite("What is found across the rules of a policy")
struct PolicyFindingTests {
    private static let today = Timestamp("2026-11-29T00:00:00Z") ?? .latest

    private func kinds(_ name: String) throws -> [PolicyFinding.Kind] {
        PolicyFinding.all(in: try Fixtures.policy("check/\(name).yaml"), today: Self.today).map(\.kind)
    }

    @Test("is nothing for the bundled policy")
    func bundled() throws {
        #expect(PolicyFinding.all(in: try Fixtures.bundled(), today: Self.today) == [])
    }

    @Test(
        "names what is wrong with each file",
        arguments: [
            ("unused-names", [PolicyFinding.Kind.unusedConstant, .unusedVariable]), ("exemption-lapsed", [.lapsed]),
            ("never-fails-counts", [.neverFails]), ("never-fails-order-of-times", [.neverFails]),
            ("contradict-ages", [.nothingPasses]), ("contradict-counts", [.nothingPasses]), ("masked-enumerated", [.masked]),
            ("same-three-ways", [.same, .same]),
        ])
    func files(name: String, expected: [PolicyFinding.Kind]) throws {
        #expect(try kinds(name) == expected)
    }

    @Test(
        "names numbers that people are told and that the rule does not compare with",
        arguments: [
            ("parameter-untrue", [PolicyFinding.Kind.untrueParameter]), ("parameter-untrue-shipped", [.untrueParameter]),
            ("half-day-rounded", [.untrueParameter]), ("title-untrue", [.untrueTitle]),
        ])
    func untrueNumbers(name: String, expected: [PolicyFinding.Kind]) throws {
        #expect(try kinds(name) == expected)
    }

    @Test("is that clients are told another number than the rule compares with, and says both")
    func untrue() throws {
        let finding = PolicyFinding.all(in: try Fixtures.policy("check/half-day-rounded.yaml"), today: Self.today).first
        #expect(finding?.others == ["minimumDays"])
        #expect(finding?.message.contains("minimumDays 7") == true && finding?.message.contains("648000s") == true)
    }

    @Test("names the rules that cannot pass together, and no others")
    func contradiction() throws {
        let finding = PolicyFinding.all(in: try Fixtures.policy("check/contradict-counts.yaml"), today: Self.today).first
        #expect(finding?.others == ["a", "b"])
    }

    @Test("is that a rule is implied by another of the same weight")
    func implied() throws {
        let policy = try Fixtures.policy(rules: [
            ("device.sharedWith < 3", "review"), ("device.sharedWith < 5 || consent.given", "review"),
        ])
        let findings = PolicyFinding.all(in: policy, today: Self.today)
        #expect(findings.map(\.kind) == [.implied] && findings.first?.subject == "rule-1")
    }

    @Test("is nothing for rules that overlap without one implying the other")
    func overlapping() throws {
        let policy = try Fixtures.policy(rules: [
            ("device.sharedWith < 3", "review"), ("device.sharedWith < 5 && consent.given", "reject"),
            ("requester.id.startsWith('a') || owner.deviceKinds.size() < 4", "review"),
        ])
        #expect(PolicyFinding.all(in: policy, today: Self.today) == [])
    }

    @Test("is not that a moment of the future has passed, nor one that users are registered by")
    func moments() throws {
        let policy = try Fixtures.policy(rules: [
            ("request.decidedAt < timestamp('2030-01-01T00:00:00Z') || consent.given", "review"),
            ("owner.registeredAt < timestamp('2020-01-01T00:00:00Z') || device.sharedWith < 3", "review"),
        ])
        #expect(PolicyFinding.all(in: policy, today: Self.today) == [])
    }
}
