import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingLog

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

    /// Apart from the fetching, and kept apart: the optimizer of Swift 6.3 crashes over both in one asynchronous function.
    /// Throws `request-not-found`, and `messages-invalid` where the files of sentences were damaged.
    @inline(never)
    fileprivate init(
        of id: ShareRequestID, _ history: [LedgerEvent], under archive: PolicyArchive, language: Language
    ) throws {
        request = try ShareRequest(id, of: history)
        self.history = history
        self.language = language
        let teller = StoryTeller(
            language: language, words: try StoryWords.bundled(), catalog: DeviceCatalog([]),
            rejectionReasons: archive.rejectionReasons)
        sentences = try history.flatMap { event in
            let decision = try event.decision?.decision()
            let policy = try decision.flatMap { try archive.policy($0.policy) }
            return (teller.sentences(of: event) + (decision.map { teller.sentences(of: $0, under: policy) } ?? [])).map {
                Sentence(position: event.position, recordedAt: event.recordedAt, text: $0)
            }
        }
    }
}

extension LedgerHandle {
    /// What became of a request, in plain language. Throws `request-not-found`, and `messages-invalid` where the files of
    /// sentences were damaged.
    public func account(of request: ShareRequestID, language: Language) async throws -> RequestAccount {
        try RequestAccount(
            of: request, await history(of: .shareRequest(request)), under: await policyArchive(), language: language)
    }
}
