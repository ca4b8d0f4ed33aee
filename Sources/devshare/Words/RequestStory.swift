import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// One request from its submission to where it stands: who did what, when, at which position of the log, and what every rule
/// said.
struct RequestStory {
    let request: ShareRequest
    let history: [LedgerEvent]
    let archive: PolicyArchive
    let words: Words

    /// Throws `request-not-found`.
    init(_ id: ShareRequestID, in engine: SharingEngine, words: Words, archive: PolicyArchive? = nil) async throws {
        history = try await engine.history(of: .shareRequest(id))
        request = try await engine.shareRequest(id)
        if let archive { self.archive = archive } else { self.archive = try await engine.policyArchive() }
        self.words = words
    }

    // MARK: Text

    func lines() throws -> [String] {
        var lines = [
            "\(badge)  \(Terminal.styled(request.id.description, .bold))",
            "  \(request.requester) asks to log in with \(request.device) of \(request.owner)",
        ]
        for event in history { lines += try self.lines(of: event) }
        return lines
    }

    private var badge: String {
        let style: Terminal.Style =
            switch request.state {
            case .active, .approved: .green
            case .rejected: .red
            case .compliancePending, .submitted: .yellow
            case .withdrawn, .expired, .ended: .dim
            }
        return Terminal.styled(words.name(request.state).uppercased(), style)
    }

    private func lines(of event: LedgerEvent) throws -> [String] {
        guard case .shareRequest(let change) = event.event else { return [] }
        let (text, record) = Self.telling(change)
        let position = "#\(event.position)".padded(to: 7)
        let actor = event.actor.map { id in
            event.role.map { $0.rawValue == id ? id : "\(id) (\($0.rawValue))" } ?? id
        }
        let who = Terminal.styled((actor ?? "?").padded(to: 22), .cyan)
        let first = "  \(Terminal.styled(position, .dim)) \(event.recordedAt.short)  \(who) \(text)"
        guard let record else { return [first] }
        let decision = try record.decision()
        return [first]
            + DecisionText(decision: decision, policy: try archive.policy(decision.policy), words: words).lines(
                indent: "          ")
    }

    /// What happened, and the decision that it rests on.
    private static func telling(_ event: ShareRequestEvent) -> (text: String, record: DecisionRecord?) {
        func noted(_ note: String?) -> String { note.map { ": “\($0)”" } ?? "" }
        switch event {
        case .submitted(_, _, _, _, let consent):
            let consent = consent.map { "consent by \($0.method) at \($0.givenAt.short.suffix(8)) (\($0.reference))" }
            return ("submitted, \(consent ?? "without the owner's consent")", nil)
        case .held(let record, let expiresAt, _): return ("held for compliance until \(expiresAt.short)", record)
        case .approved(.policy, let record, _): return ("approved by policy", record)
        case .approved(.compliance, let record, let note): return ("approved by compliance\(noted(note))", record)
        case .rejected(let rejection):
            let reason = rejection.reason ?? rejection.error?.code.rawValue
            let why = (reason.map { ", \($0)" } ?? "") + noted(rejection.note)
            return ("rejected by \(rejection.by.rawValue)\(why)", rejection.by == .policy ? rejection.decision : nil)
        case .withdrawn(let note): return ("withdrawn\(noted(note))", nil)
        case .expired: return ("expired: nobody decided in time", nil)
        case .escalated: return ("escalated: nobody has decided yet", nil)
        case .claimed(_, let until): return ("claimed until \(until.short)", nil)
        case .released: return ("released", nil)
        case .noted(_, let text): return ("noted\(noted(text))", nil)
        case .endorsed(_, let note): return ("endorsed, the first of two approvals\(noted(note))", nil)
        case .activated: return ("the sharing stands", nil)
        case .ended(let reason, let note): return ("ended: \(reason.phrase)\(noted(note))", nil)
        }
    }

    // MARK: JSON

    func json() throws -> JSONValue {
        .members([
            "request": request.json, "decision": try request.decision?.decision().report(withFailures: true),
            "facts": try request.decision?.factsJSON(),
            "events": .array(history.map(\.json)),
        ])
    }
}

extension EndReason {
    var phrase: String {
        switch self {
        case .stoppedByRequester: "stopped by the requester"
        case .stoppedByOwner: "stopped by the owner"
        case .stoppedByCompliance: "stopped by compliance"
        case .deviceDeactivated: "the device was deactivated"
        case .deviceLost: "the device was reported lost"
        case .participantClosed: "a participant was closed"
        }
    }
}

extension DecisionRecord {
    /// The facts as the log has them.
    func factsJSON() throws -> JSONValue { try JSONValue(parsing: factsBytes) }
}
