import DeviceSharing
import EligibilityPolicy
import Testing

@testable import SharingEngine

@Suite("Stories of users, devices and policies")
struct StoryTellerTests {
    @Test("are told in every language", arguments: Language.allCases)
    func everything(language: Language) async throws {
        try await Harness.run { harness in
            try await harness.user("asker", entity: "e1")
            try await harness.user("owner", entity: "e1")
            try await harness.identity("owner", born: "1980-01-02", document: "K1")
            try await harness.device("card", of: "owner")
            try await harness.submit("asker", "owner", "card")
            _ = try await harness.engine.perform(.reportDeviceLost(DeviceID(trusted: "card")), as: Harness.operatorContext)
            let teller = StoryTeller(
                language: language, words: try StoryWords.bundled(),
                catalog: harness.engine.activePolicy?.catalog ?? DeviceCatalog([]))
            for event in try await harness.engine.events(after: .start) {
                let sentences = teller.sentences(of: event)
                #expect(!sentences.isEmpty)
                #expect(sentences.allSatisfy { !$0.isEmpty && !$0.contains("{") && !$0.contains("?") }, "\(sentences)")
            }
        }
    }
}
