import DeviceSharing
import EligibilityPolicy
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("Stories of users, devices and policies")
struct StoryTellerTests {
    @Test(
        "tell of a rule that did not pass what is wrong and what follows; its title says what is so where it passes",
        arguments: [
            (
                Language.english,
                "The identity data are incomplete (rule identity-complete): held for compliance. The two users belong to "
                    + "different entities, and no comparison was possible of date of birth."
            ),
            (
                Language.traditionalChinese,
                "身分資料不完整（規則 identity-complete）：待合規審批。兩位用戶屬於不同實體，而以下身分資料無法核對：出生日期。"
            ),
            (
                Language.simplifiedChinese,
                "身份资料不完整（规则 identity-complete）：待合规审批。两位用户属于不同实体，且以下身份资料无法核对：出生日期。"
            ),
        ])
    func failedRule(language: Language, expected: String) throws {
        let policy = try Policy.load(Installation.defaultPolicy(), file: "device-sharing.yaml")
        let teller = StoryTeller(language: language, words: try StoryWords.bundled(), catalog: policy.catalog)
        func reason(failure: String?) -> Reason {
            Reason(
                rule: "identity-complete", consequence: .review, code: .builtIn(.identityIncomplete),
                parameters: ["attributes": ["date-of-birth"]], evaluationFailure: failure)
        }
        let decision = Decision(
            policy: policy.digest, rulings: [Ruling(passed: "owner-consent-given"), Ruling(failed: reason(failure: nil))],
            approvalsRequired: 1)
        let sentences = teller.sentences(of: decision, under: policy)
        #expect(sentences.last == expected)
        let title = try #require(policy.rules.first(where: { $0.id == "identity-complete" })).title[language]
        #expect(!sentences.contains(where: { $0.contains(title) }))
        let failed = teller.sentence(of: reason(failure: "no such key"), under: policy)
        #expect(failed.hasPrefix(expected) && failed.hasSuffix("no such key"), "\(failed)")
    }

    @Test("are told in every language", arguments: Language.allCases)
    func everything(language: Language) async throws {
        try await Harness.run { harness in
            try await harness.user("asker", entity: "e1")
            try await harness.user("owner", entity: "e1")
            try await harness.identity("owner", born: "1980-01-02", document: "K101")
            try await harness.device("card", of: "owner")
            try await harness.submit("asker", "owner", "card")
            _ = try await harness.engine.perform(.reportDeviceLost(DeviceID(trusted: "card")), as: Harness.operatorContext)
            let teller = StoryTeller(
                language: language, words: try StoryWords.bundled(),
                catalog: harness.engine.activePolicy?.catalog ?? DeviceCatalog([]))
            for event in try await harness.engine.log.events(after: .start) {
                let sentences = teller.sentences(of: event)
                #expect(!sentences.isEmpty)
                #expect(sentences.allSatisfy { !$0.isEmpty && !$0.contains("{") && !$0.contains("?") }, "\(sentences)")
            }
        }
    }
}
