import TestSupport
import Testing

/// What the documentation shows is run as it stands, and must print what the page says.
@Suite(.fewAtOnce) struct ReadmeTests {
    @Test func theFirstSessionPrintsWhatItSays() async throws {
        #expect(try await DocumentedSession("README.md").run() >= 6)
    }

    @Test func theWayFromAWishToAPolicyInForcePrintsWhatItSays() async throws {
        #expect(try await DocumentedSession("docs/policy.md").run() >= 15)
    }
}
