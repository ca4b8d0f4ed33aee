import BundledFiles
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
        let files = try BundledFiles.texts(in: .policies, suffix: ".yaml")
        let teller = Teller(
            language: language, archive: try await engine.policyArchive(),
            story: try StoryCatalog.load(texts: files.filter { $0.name.hasPrefix("story.") }),
            messages: try MessageCatalog.load(texts: files.filter { $0.name.hasPrefix("messages.") }))
        sentences = try history.flatMap { event in
            try teller.sentences(of: event).map {
                Sentence(position: event.position, recordedAt: event.recordedAt, text: $0)
            }
        }
    }
}

/// Puts events into words.
private struct Teller {
    let language: Language
    let archive: PolicyArchive
    let story: StoryCatalog
    let messages: MessageCatalog

    func sentences(of event: LedgerEvent) throws -> [String] {
        guard case .shareRequest(let change) = event.event else { return [] }
        let actor = ["actor": event.actor ?? "?"]
        switch change {
        case .submitted(_, let requester, let owner, let device, let consent):
            let first = say(
                .submitted, ["requester": requester.rawValue, "owner": owner.rawValue, "device": device.rawValue])
            guard let consent else { return [first, say(.noConsent)] }
            return [
                first,
                say(
                    .consent,
                    ["method": consent.method, "givenAt": minute(consent.givenAt), "reference": consent.reference]),
            ]
        case .held(let record, let expiresAt, _):
            return [say(.held, ["expiresAt": minute(expiresAt)])] + (try rulings(record))
        case .approved(.policy, let record, let note):
            return [say(.approvedByPolicy)] + (try rulings(record)) + self.note(note)
        case .approved(.compliance, let record, let note):
            return [say(.approvedByCompliance, actor)] + self.note(note) + (try rulings(record))
        case .rejected(let rejection): return try sentences(of: rejection, actor)
        case .withdrawn(let note): return [say(.withdrawn)] + self.note(note)
        case .expired: return [say(.expired)]
        case .escalated: return [say(.escalated)]
        case .claimed(let officer, let until): return [say(.claimed, ["actor": officer, "until": minute(until)])]
        case .released(let officer): return [say(.released, ["actor": officer])]
        case .noted(let officer, let text): return [say(.noted, ["actor": officer, "text": text])]
        case .endorsed(let officer, let note): return [say(.endorsed, ["actor": officer])] + self.note(note)
        case .activated: return [say(.activated)]
        case .ended(let reason, let note): return [say(reason.sentence)] + self.note(note)
        }
    }

    private func sentences(of rejection: Rejection, _ actor: [String: String]) throws -> [String] {
        let first: String
        switch (rejection.by, rejection.reason) {
        case (.policy, _): first = say(.rejectedByPolicy)
        case (.compliance, nil): first = say(.rejectedByCompliance, actor)
        case (.compliance, let reason?):
            first = say(.rejectedForReason, actor.merging(["reason": reason]) { old, _ in old })
        }
        let error = rejection.error.map { [message($0.code, $0.parameters, DeviceCatalog([]))] } ?? []
        let decided = try rejection.by == .policy ? rejection.decision.map(rulings) ?? [] : []
        return [first] + error + note(rejection.note) + decided
    }

    /// What every rule said.
    private func rulings(_ record: DecisionRecord) throws -> [String] {
        let decision = try record.decision()
        let policy = try archive.policy(decision.policy)
        func title(_ rule: RuleID) -> String { policy?.rules.first { $0.id == rule }?.title[language] ?? rule.rawValue }
        let name = policy.map { "\($0.name) \($0.version)" } ?? decision.policy.description
        let passed = decision.rulings.filter(\.passed).map { title($0.rule) }
        return [
            say(.decision, ["policy": name, "passed": passed.joined(separator: language == .english ? "; " : "；")])
        ]
            + decision.reasons.map { reason in
                say(
                    .rule,
                    [
                        "rule": title(reason.rule),
                        "message": message(reason.code, reason.parameters, policy?.catalog ?? DeviceCatalog([])),
                    ])
            }
    }

    private func say(_ sentence: StoryCatalog.Sentence, _ parameters: [String: String] = [:]) -> String {
        story.text(sentence, parameters, in: language)
    }

    private func note(_ note: String?) -> [String] { note.map { [say(.note, ["text": $0])] } ?? [] }

    private func message(_ code: SharingErrorCode, _ parameters: ErrorParameters, _ catalog: DeviceCatalog) -> String {
        messages.message(for: code, parameters: parameters, in: language, catalog: catalog)
    }

    /// `2026-11-23 03:43 UTC`, as messages write moments.
    private func minute(_ moment: Timestamp) -> String {
        let text = moment.description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }
}

extension EndReason {
    fileprivate var sentence: StoryCatalog.Sentence {
        switch self {
        case .stoppedByRequester: .stoppedByRequester
        case .stoppedByOwner: .stoppedByOwner
        case .stoppedByCompliance: .stoppedByCompliance
        case .deviceDeactivated: .deviceDeactivated
        case .deviceLost: .deviceLost
        case .participantClosed: .participantClosed
        }
    }
}
