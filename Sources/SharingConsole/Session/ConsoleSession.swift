import Canonical
import DeviceSharing
import Foundation
import HTTPEdge

/// What the console knows of a browser. The browser keeps it, sealed; the server keeps none.
struct ConsoleSession: Hashable, Sendable {
    let id: UUID
    /// Stands in every form that this browser is handed, and comes back with it.
    let formToken: String
    /// Who signed in; nil before.
    let principal: Principal?
    let startedAt: Timestamp
    /// The latest request by the person, rather than by a page.
    var seenAt: Timestamp

    /// A new one: whoever signs in leaves the old one behind, so that nobody is handed a session that another knows.
    init(_ principal: Principal?, at now: Timestamp) {
        id = UUID()
        formToken = Secret.random(bytes: Self.tokenBytes)
        self.principal = principal
        startedAt = now
        seenAt = now
    }

    private static let tokenBytes = 24
}

extension ConsoleSession {
    var json: JSONValue {
        .members([
            "id": .string(id.uuidString), "token": .string(formToken), "startedAt": JSONValue(startedAt),
            "seenAt": JSONValue(seenAt), "who": principal?.json,
        ])
    }

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.stringValue.flatMap({ UUID(uuidString: $0) }), let token = json["token"]?.stringValue,
            let startedAt = json["startedAt"]?.stringValue.flatMap({ Timestamp($0) }),
            let seenAt = json["seenAt"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        self.id = id
        formToken = token
        self.startedAt = startedAt
        self.seenAt = seenAt
        if let who = json["who"] {
            guard let principal = Principal(who) else { return nil }
            self.principal = principal
        } else {
            principal = nil
        }
    }
}

extension Principal {
    fileprivate var json: JSONValue {
        .members([
            "subject": .string(subject), "roles": JSONValue(roles.map(\.rawValue).sorted()),
            "ledger": ledger.map { .string($0) }, "entity": entity.map { .string($0.rawValue) },
            "expiresAt": JSONValue(expiresAt),
        ])
    }

    fileprivate init?(_ json: JSONValue) {
        guard let subject = json["subject"]?.stringValue, let roles = json["roles"]?.arrayValue,
            let expiresAt = json["expiresAt"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        // What is there and cannot be read is not what is missing: either would open more than was meant.
        let (ledger, entity) = (json["ledger"], json["entity"])
        guard ledger == nil || ledger?.stringValue != nil, entity == nil || entity?.stringValue.flatMap({ EntityID($0) }) != nil
        else { return nil }
        self.init(
            subject: subject, roles: Set(roles.compactMap { $0.stringValue.flatMap(Role.init(rawValue:)) }),
            ledger: ledger?.stringValue, entity: entity?.stringValue.flatMap { EntityID($0) },
            expiresAt: expiresAt)
    }
}
