import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingAudit
import SharingEngine
import SharingLog

/// Events as a timeline: who, when, under which policy, and the decision opened rule by rule. The template is `story.mustache`.
struct EventStory {
    let call: ConsoleCall
    /// Of the decisions, by the position of their events.
    private let decisions: [Int64: DecisionView]
    private let policies: [Digest: Policy]
    private let teller: StoryTeller

    init(_ call: ConsoleCall, of events: [LedgerEvent]) async throws {
        self.call = call
        teller = StoryTeller(
            language: call.reader.language, words: call.console.story, catalog: call.words.catalog,
            rejectionReasons: call.engine.activePolicy?.rejectionReasons ?? [])
        var decisions: [Int64: DecisionView] = [:]
        var policies: [Digest: Policy] = [:]
        for event in events {
            if let record = event.decision { decisions[event.position.rawValue] = try await call.engine.view(record) }
            guard let digest = event.policyDigest, policies[digest] == nil else { continue }
            policies[digest] = try await call.engine.policy(digest)
        }
        self.decisions = decisions
        self.policies = policies
    }

    /// What happened, in sentences.
    func sentences(of event: LedgerEvent) -> [String] { teller.sentences(of: event) }

    /// - Parameter page: the address on which the state after an event can be looked at.
    func json(_ event: LedgerEvent, on page: String) -> JSONValue {
        .members([
            "position": .string(event.position.description),
            "log": LogPages.link(call, to: event.position, of: EventType(rawValue: event.type)),
            "at": .string("\(page)?at=\(event.position)"),
            "when": call.moment(event.recordedAt), "actor": .string(event.actor ?? "?"),
            "role": event.role.map { .string(call.roleName($0)) }, "type": .string(call.eventName(event.type)),
            "sentences": JSONValue(sentences(of: event)), "policy": policy(of: event) ?? false,
            // False rather than absent: an absent name would be looked for in what is around it.
            "decision": decisions[event.position.rawValue].map { DecisionTable(call: call, view: $0).json } ?? false,
        ])
    }

    private func policy(of event: LedgerEvent) -> JSONValue? {
        guard let digest = event.policyDigest else { return nil }
        let name = policies[digest].map { "\($0.name) \($0.version)" } ?? String(digest.description.prefix(12))
        return ["name": .string(name), "digest": .string(digest.description)]
    }
}

extension LedgerEvent {
    /// The policy under which it was decided; nil where none was asked.
    var policyDigest: Digest? { metadata["policy"]?.stringValue.flatMap { Digest(hex: $0) } }
}

extension ConsoleCall {
    func roleName(_ role: DeviceSharing.Role) -> String { say("role.\(role.rawValue)") }
}
