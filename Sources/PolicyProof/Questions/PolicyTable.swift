import Canonical
import EligibilityPolicy

/// What a policy decides on an ordinary request, for each kind of device, kinds of entities and comparison of identities: for people
/// who do not read rules.
///
/// A request is ordinary where nothing else could stand against it: the owner consented two minutes ago, both users and all devices
/// are known for years, one person of age uses both logins and had logged in a moment ago by several factors, nobody shares the
/// device, nobody has another device, nothing is counted against either of them, and it is the middle of a working day. Inputs count
/// as their defaults. A rule about something else, such as office hours, shows nowhere in the table.
///
/// ```swift
/// let table = PolicyTable(policy)
/// table.rows[0].cells[0].outcome   // .approve
/// ```
package struct PolicyTable: Hashable, Sendable {
    /// The two participants of a row.
    package struct Participants: Hashable, Sendable {
        package let requester: EntityKind
        package let owner: EntityKind
        /// Nil where both belong to one entity.
        package let identity: Identity?

        /// All there are, in order: one entity first.
        static let all: [Participants] =
            EntityKind.allCases.map { Participants(requester: $0, owner: $0, identity: nil) }
            + EntityKind.allCases.flatMap { requester in
                EntityKind.allCases.flatMap { owner in
                    Identity.allCases.map { Participants(requester: requester, owner: owner, identity: $0) }
                }
            }
    }

    /// What comparing the identity data of two entities gave.
    package enum Identity: String, CaseIterable, Hashable, Sendable {
        /// Every attribute that must match does.
        case identical
        /// The identity document is missing on one side.
        case incomplete
        /// The identity documents differ.
        case differing

        var comparison: IdentityComparison {
            switch self {
            case .identical: .match
            case .incomplete: .missing
            case .differing: .mismatch
            }
        }
    }

    package struct Cell: Hashable, Sendable {
        package let outcome: Outcome
        /// Officers who must approve, where the outcome is review.
        package let approvals: Int
        /// The rules that led to it, in the policy's order; none where it is approval.
        package let rules: [RuleID]
    }

    package struct Row: Hashable, Sendable {
        package let participants: Participants
        /// One for each kind of device, in the order of ``PolicyTable/kinds``.
        package let cells: [Cell]
    }

    /// The device that the requester has; nil for none.
    package let own: DeviceKindID?
    /// The kinds of the device that is asked for, the highest level first.
    package let kinds: [DeviceKindID]
    package let rows: [Row]

    /// - Parameters:
    ///   - own: the kind of the requester's own device; nil where there is none.
    ///   - kinds: of the device that is asked for; nil for all of the policy's, the highest level first.
    package init(_ policy: Policy, own: DeviceKindID? = nil, kinds given: [DeviceKindID]? = nil) {
        let kinds = given ?? Self.kinds(of: policy)
        self.own = own
        self.kinds = kinds
        rows = Participants.all.map { participants in
            Row(
                participants: participants,
                cells: kinds.map { kind in
                    var facts = Self.facts(participants, kind, own: own)
                    facts.counters = .ordinary(policy.counted)
                    return Cell(policy.evaluate(facts))
                })
        }
    }

    /// The kinds of a policy's devices, the highest level first.
    package static func kinds(of policy: Policy) -> [DeviceKindID] { policy.catalog.strongestFirst.map(\.id) }

    /// The ordinary request.
    package static func facts(_ participants: Participants, _ kind: DeviceKindID, own: DeviceKindID?) -> Facts {
        var identity = IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match, document: .match, socialSecurityNumber: .missing,
            usPerson: false)
        if let compared = participants.identity { identity.document = compared.comparison }
        func user(_ id: String, _ entity: String, _ entityKind: EntityKind, _ devices: [DeviceFacts]) -> ParticipantFacts {
            ParticipantFacts(
                id: id, entity: entity, entityKind: entityKind, person: "person", adult: .yes, registeredAt: registered,
                devices: devices)
        }
        return Facts(
            requester: user(
                "requester", participants.identity == nil ? "owners" : "requesters", participants.requester,
                own.map { [DeviceFacts(id: "own", kind: $0, activatedAt: registered)] } ?? []),
            owner: user("owner", "owners", participants.owner, [DeviceFacts(id: "shared", kind: kind, activatedAt: registered)]),
            device: "shared", sharedWith: 0, identity: identity,
            consent: ConsentFacts(
                method: "device-challenge", givenAt: submitted.advanced(by: .seconds(-120)), reference: "consent"),
            session: SessionFacts(
                methods: [.pwd, .otp, .hwk, .mfa], level: SessionFacts.levels.upperBound,
                authenticatedAt: submitted.advanced(by: .seconds(-120))),
            submittedAt: submitted, decidedAt: submitted)
    }

    /// Wednesday, 6 May 2026, 10:00 UTC.
    private static let submitted = Timestamp(microseconds: 1_778_061_600_000_000)
    /// Three years before.
    private static let registered = Timestamp(microseconds: 1_778_061_600_000_000 - 3 * 365 * 86_400_000_000)
}

extension PolicyTable.Cell {
    fileprivate init(_ decision: Decision) {
        self.init(
            outcome: decision.outcome, approvals: decision.approvalsRequired, rules: decision.reasons.map(\.rule))
    }
}
