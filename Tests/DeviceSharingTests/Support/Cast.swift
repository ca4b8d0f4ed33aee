import Canonical
import EligibilityPolicy
import Foundation

@testable import DeviceSharing

// Who and what takes part in the tests.

extension UserID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(trusted: value) }
}

extension EntityID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(trusted: value) }
}

extension PersonID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(trusted: value) }
}

extension DeviceID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(trusted: value) }
}

extension ShareRequestID {
    /// The request of that number.
    static func number(_ number: UInt8) -> ShareRequestID {
        ShareRequestID(UUID(uuid: (1, 2, 3, 4, 5, 6, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, number)))
    }

    static let first = number(1)
    static let second = number(2)
    static let third = number(3)
}

extension Actor {
    static let olivia = Actor(id: "olivia", role: .compliance)
    static let oscar = Actor(id: "oscar", role: .compliance)
}

extension Timestamp {
    static let noon = Timestamp(microseconds: 1_780_315_200_000_000)  // 2026-06-01T12:00:00Z
    static let longAgo = noon.advanced(by: .days(-1_000))

    static func daysAgo(_ days: Int) -> Timestamp { noon.advanced(by: .days(-days)) }
}

extension Duration {
    static func minutes(_ minutes: Int) -> Duration { .seconds(minutes * 60) }
    static func hours(_ hours: Int) -> Duration { .minutes(hours * 60) }
    static func days(_ days: Int) -> Duration { .hours(days * 24) }
}

extension [NewEvent] {
    /// Alice of one entity with a Security Code Card; Bob of the same with a DSC+; Carol of it with nothing; Dave of another
    /// with a DSC+. All registered, and all devices active, long ago.
    static let cast: [NewEvent] =
        user("alice", of: "smith") + user("bob", of: "smith") + user("carol", of: "smith") + user("dave", of: "jones")
        + device("a-sls", of: "alice", "sls-card") + device("b-plus", of: "bob", "dsc-plus")
        + device("d-plus", of: "dave", "dsc-plus")

    static func user(
        _ id: UserID, of entity: EntityID, _ kind: EntityKind = .individual, registered: Timestamp = .longAgo
    ) -> [NewEvent] {
        [.user(id, .registered(user: id, entity: entity, entityKind: kind, registeredAt: registered))]
    }

    static func device(
        _ id: DeviceID, of holder: UserID, _ kind: DeviceKindID, active since: Timestamp? = .longAgo,
        expires: Timestamp? = nil
    ) -> [NewEvent] {
        var events: [NewEvent] = [
            .device(id, .issued(device: id, holder: holder, kind: kind, expiresAt: expires)),
            .user(holder, .deviceAssigned(user: holder, device: id)),
        ]
        if let since { events.append(.device(id, .activated(device: id, activatedAt: since))) }
        return events
    }
}

extension DecisionRecord {
    /// Stands in an expected event for whatever was decided.
    static let any = DecisionRecord(
        outcome: .review, reasons: [], approvalsRequired: 0, decisionBytes: Array("{}".utf8),
        factsBytes: Array("{}".utf8))

    /// For a held request that needs so many approvals.
    static func held(approvals: Int) -> DecisionRecord {
        DecisionRecord(
            outcome: .review, reasons: [.builtIn(.deviceRecentlyActivated)], approvalsRequired: approvals,
            decisionBytes: Array("{}".utf8),
            factsBytes: Array("{}".utf8))
    }
}

extension OwnerConsent {
    /// What `Intent.Consent.fresh` gives at noon.
    static let fresh = OwnerConsent(
        trustedMethod: "device-challenge", givenAt: Timestamp.noon.advanced(by: .seconds(-60)), reference: "c-1")

    /// To the end of a sharing.
    static func toEnd(at moment: Timestamp) -> OwnerConsent {
        OwnerConsent(trustedMethod: "credentials", givenAt: moment, reference: "e-1")
    }
}

extension IdentityFingerprints {
    /// Of made-up data, each attribute by a letter that stands for its value: `identity("ABCD")`; a dot is not known.
    static func of(_ letters: String, under key: String = "k1", isUSPerson: Bool = false) -> IdentityFingerprints {
        var values: [IdentityAttribute: [UInt8]] = [:]
        for (attribute, letter) in zip(IdentityAttribute.allCases, letters.utf8) where letter != UInt8(ascii: ".") {
            values[attribute] = [UInt8](repeating: letter, count: 32)
        }
        return IdentityFingerprints(keyID: key, isUSPerson: isUSPerson, values: values)
    }
}
