import Canonical
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("A case that is written")
struct CaseWriterTests {
    private static func suite() throws -> PolicyTestSuite {
        try PolicyTestSuite.load(try Files.policyText("device-sharing.tests.yaml"), file: "t.yaml")
    }

    private func readBack(_ facts: Facts, _ policy: Policy, _ suite: PolicyTestSuite) throws -> PolicyTestCase? {
        let text = CaseWriter(suite).text(
            id: "one", comments: ["a comment\nof two lines"], about: "a \"word\"", facts: facts, decision: policy.evaluate(facts))
        return try suite.reading(text).first
    }

    @Test("reads back as it was, and passes")
    func sampled() throws {
        let (policy, suite) = (try Files.defaultPolicy(), try Self.suite())
        var sampler = FactsSampler(seed: 7, policies: [policy])
        for _ in 0..<300 {
            let facts = sampler.next()
            let testCase = try #require(try readBack(facts, policy, suite))
            #expect(testCase.facts == facts)
            #expect(testCase.run(on: policy).passed)
        }
    }

    @Test(
        "puts texts in quotes that would be read as something else",
        arguments: [
            "true", "null", "~", "007", "1e3", "a: b", "a #b", "'", "\"\\", "- x", "{a}", "[b", "&c", "*d", "!e", "2026-05-04",
            "é",
            "卡", "\u{1F600}", "a\nb", "\u{200B}", " padded ", "%", "@", "`", "|", ">", "\u{85}", "x\u{FEFF}",
        ])
    func texts(text: String) throws {
        let (policy, suite) = (try Files.defaultPolicy(), try Self.suite())
        var facts = try #require(suite.plain)
        facts.requester.id = text
        facts.owner.entity = text
        facts.device = text
        facts.owner.devices[0].id = text
        facts.consent?.reference = text
        #expect(try readBack(facts, policy, suite)?.facts == facts)
    }

    @Test("removes what the facts of the file have and the case has not")
    func removals() throws {
        let (policy, suite) = (try Files.defaultPolicy(), try Self.suite())
        var facts = try #require(suite.plain)
        #expect(try readBack(facts, policy, suite)?.facts == facts)
        facts.consent = nil
        facts.identity.usPerson = nil
        facts.identity.numberMayHelp = false
        facts.requester.devices = []
        #expect(try readBack(facts, policy, suite)?.facts == facts)
    }
}
