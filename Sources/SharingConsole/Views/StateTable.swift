import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// The state of a user, device, request or policy as rows, with those marked that an event has changed. The template is
/// `state.mustache`.
struct StateTable {
    let call: ConsoleCall
    let state: StreamState
    /// Before the event; nil where nothing is to be marked.
    var before: StreamState?

    var json: JSONValue {
        let earlier = before.map { Dictionary(rows($0), uniquingKeysWith: { first, _ in first }) }
        return .array(
            rows(state).map { label, value in
                [
                    "label": .string(label), "value": .string(value),
                    "isChanged": .bool(earlier.map { ($0[label] ?? "–") != value } ?? false),
                ]
            })
    }

    private func rows(_ state: StreamState) -> [(String, String)] {
        let rows: [(String, String?)] =
            switch state {
            case .user(let user?, _): self.rows(user)
            case .device(let device?): self.rows(device)
            case .shareRequest(let request?): self.rows(request)
            case .policy(let activation?):
                [("name", activation.name), ("version", activation.version), ("digest", activation.digest.description)]
            case .archive(let archive?): self.rows(archive)
            case .webhook(let webhook?): self.rows(webhook)
            case .clock(let repair?):
                [
                    ("first-position", String(repair.firstPosition)), ("latest", exact(repair.latest)),
                    ("reasons", repair.reason),
                ]
            case .user(nil, _), .device(nil), .shareRequest(nil), .policy(nil), .archive(nil), .webhook(nil), .clock(nil): []
            }
        return rows.map { (call.say("state.\($0.0)"), $0.1 ?? "–") }
    }

    private func rows(_ user: User) -> [(String, String?)] {
        [
            ("status", call.stateName(user.status.rawValue)), ("entity", user.entity.rawValue),
            ("entity-kind", call.name(user.entityKind)), ("person", user.person?.rawValue),
            ("adult", call.say("word.\(user.adult.rawValue)")), ("registered", exact(user.registeredAt)),
            ("identity", user.identity.map { call.list($0.attributes.map(call.name)) }),
            ("devices", call.list(user.devices.map(\.rawValue)).nonEmpty),
            ("open-request", user.openRequest?.description), ("login-device", user.loginSharing?.device.rawValue),
            ("login-request", user.loginSharing?.request.description),
            ("superseded", user.loginSharing.flatMap { call.list($0.superseded.map(\.rawValue)).nonEmpty }),
        ]
    }

    private func rows(_ device: Device) -> [(String, String?)] {
        [
            ("status", call.stateName(device.status.name)), ("holder", device.holder.rawValue),
            ("kind", call.name(device.kind)), ("activated", exact(device.activatedAt)), ("expires", exact(device.expiresAt)),
            ("shared-with", call.list(device.sharings.map(\.user.rawValue)).nonEmpty),
        ]
    }

    private func rows(_ request: ShareRequest) -> [(String, String?)] {
        let pending = request.pending
        return [
            ("status", call.name(request.state)), ("requester", request.requester.rawValue),
            ("owner", request.owner.rawValue), ("device", request.device.rawValue), ("submitted", exact(request.submittedAt)),
            ("reasons", call.list(request.listedReasons.known.map { call.title(ofReason: $0) }).nonEmpty),
            ("escalates", exact(pending?.escalatesAt)), ("deadline", exact(pending?.expiresAt)),
            ("approvals", pending.map { String($0.approvalsRequired) }),
            ("escalated", exact(pending?.escalatedAt)), ("endorsed-by", pending?.endorsedBy),
            ("claimed-by", pending?.claim?.officer),
            ("claimed-until", exact(pending?.claim?.until)), ("decided", exact(request.decidedAt)),
            ("ended", exact(request.endedAt)),
        ]
    }

    private func rows(_ archive: Archive) -> [(String, String?)] {
        let positions = archive.run.positions
        return [
            ("first-position", String(positions.lowerBound)), ("last-position", String(positions.upperBound)),
            ("data", call.say(archive.isDetached ? "state.data-detached" : "state.data-attached")),
        ]
    }

    private func rows(_ webhook: WebhookRegistration) -> [(String, String?)] {
        let terms = webhook.terms
        return [
            ("status", call.say("state.webhook-\(webhook.state.rawValue)")), ("receiver", terms?.receiver),
            ("audience", terms?.audience.rawValue),
            ("confidential", terms.map { call.say($0.isConfidential ? "state.confidential-yes" : "state.confidential-no") }),
            ("event-types", terms.flatMap { call.list($0.eventTypes.map(call.eventName)).nonEmpty }),
        ]
    }

    private func exact(_ moment: Timestamp?) -> String? { call.moment(moment)?["exact"]?.stringValue }
}
