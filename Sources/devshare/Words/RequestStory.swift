import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingAudit
import SharingEngine
import SharingLog

/// One request from its submission to where it stands: who did what, when, at which position of the log, and what every rule
/// said.
struct RequestStory {
    let request: ShareRequest
    let history: [LedgerEvent]
    let archive: PolicyArchive
    let words: Words

    /// Throws `request-not-found`.
    init(_ id: ShareRequestID, in engine: SharingEngine, words: Words, archive: PolicyArchive? = nil) async throws {
        history = try await engine.log.history(of: .shareRequest(id))
        request = try await engine.shareRequest(id)
        if let archive { self.archive = archive } else { self.archive = try await engine.log.policyArchive() }
        self.words = words
    }

    // MARK: Text

    private static let indent = String(repeating: " ", count: 10)

    func lines() throws -> [String] {
        let teller = words.teller(archive.rejectionReasons)
        let head = [
            "\(badge)  \(Terminal.styled(request.id.description, .bold))",
            "  " + words.asks(request.requester, for: request.device, of: request.owner),
        ]
        return try head + history.flatMap { try lines(of: $0, teller) }
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

    /// Where and by whom, what happened, and the decision that it rests on.
    private func lines(of event: LedgerEvent, _ teller: StoryTeller) throws -> [String] {
        let position = "#\(event.position)".padded(to: 7)
        let actor = event.actor.map { id in
            event.role.map { $0.rawValue == id ? id : "\(id) (\($0.rawValue))" } ?? id
        }
        let who = Terminal.styled(actor ?? "?", .cyan)
        let told = teller.together(teller.sentences(of: event)).wrapped(to: Terminal.width, indent: Self.indent)
        let lines = ["  \(Terminal.styled(position, .dim)) \(event.recordedAt.short)  \(who)"] + told
        guard let decision = try event.decision?.decision() else { return lines }
        let text = DecisionText(decision: decision, policy: try archive.policy(decision.policy), teller: teller)
        return lines + text.lines(indent: Self.indent)
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

extension DecisionRecord {
    /// The facts as the log has them.
    func factsJSON() throws -> JSONValue { try JSONValue(parsing: factsBytes) }
}
