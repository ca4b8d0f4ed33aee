import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog

/// What became of one request, told in plain language, each sentence with the position of the event that it tells of.
public struct RequestAccount: Sendable {
    public struct Sentence: Hashable, Sendable {
        public let position: Position
        public let recordedAt: Timestamp
        public let text: String
    }

    public let request: ShareRequest
    public let history: [LedgerEvent]
    public let language: Language
    public let sentences: [Sentence]

    /// Throws `request-not-found`, and `messages-invalid` where the files of sentences were damaged.
    public init(_ id: ShareRequestID, in engine: SharingEngine, language: Language) async throws {
        history = try await engine.history(of: .shareRequest(id))
        request = try await engine.shareRequest(id)
        self.language = language
        let archive = try await engine.policyArchive()
        let teller = StoryTeller(language: language, words: try StoryWords.bundled(), catalog: DeviceCatalog([]))
        sentences = try history.flatMap { event in
            let decision = try event.decision?.decision()
            let policy = try decision.flatMap { try archive.policy($0.policy) }
            return (teller.sentences(of: event) + (decision.map { teller.sentences(of: $0, under: policy) } ?? [])).map {
                Sentence(position: event.position, recordedAt: event.recordedAt, text: $0)
            }
        }
    }
}
