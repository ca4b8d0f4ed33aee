import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// The two participants of a request beside each other: what matches and what differs, and their devices. Of identity data it
/// knows which attributes are on file and how they compare, never a value. The template is `side-by-side.mustache`.
struct SideBySide {
    let call: ConsoleCall
    let dossier: RequestDossier
    let catalog: DeviceCatalog

    var json: JSONValue {
        .members([
            "requester": .string(dossier.request.requester.rawValue), "owner": .string(dossier.request.owner.rawValue),
            "rows": .array(entityRows + identityRows + deviceRows),
            "hasDevices": .bool(!devices.isEmpty), "devices": .array(devices),
        ])
    }

    private var devices: [JSONValue] {
        (dossier.requester?.devices ?? []).map { device(of: .requester, $0) }
            + (dossier.owner?.devices ?? []).map { device(of: .owner, $0) }
    }

    /// How the identity data compare now, or where that is over, as the decision saw it.
    private var identity: IdentityFacts? {
        dossier.outlook?.today?.facts.identity ?? dossier.decided?.facts.identity
    }

    private typealias Comparison = (text: String, badge: Badge)

    private func row(
        _ label: String, _ value: (Participant) -> String?, result: Comparison? = nil
    ) -> JSONValue {
        func cell(_ participant: Participant?) -> JSONValue {
            guard let participant else { return .string(call.say("side.unknown")) }
            return .string(value(participant) ?? "–")
        }
        return .members([
            "label": .string(label), "requester": cell(dossier.requester), "owner": cell(dossier.owner),
            "result": result.map { .string($0.text) }, "class": result.map { $0.badge.json },
        ])
    }

    private var isSameEntity: Bool? {
        guard let requester = dossier.requester, let owner = dossier.owner else { return nil }
        return requester.user.entity == owner.user.entity
    }

    /// Nil where it is not known of one of them.
    private var samePerson: Comparison? {
        guard let requester = dossier.requester?.user.person, let owner = dossier.owner?.user.person else { return nil }
        return sameness(requester == owner, of: "person")
    }

    private func sameness(_ isSame: Bool, of what: String) -> Comparison {
        (text: call.say("side.\(isSame ? "same" : "other")-\(what)"), badge: isSame ? .good : .warn)
    }

    private var entityRows: [JSONValue] {
        let same = isSameEntity.map { sameness($0, of: "entity") }
        return [
            row(call.say("side.entity"), { $0.user.entity.rawValue }, result: same),
            row(call.say("side.entity-kind"), { call.name($0.user.entityKind) }),
            row(call.say("side.person"), { $0.user.person?.rawValue ?? "–" }, result: samePerson),
            row(call.say("side.adult"), { call.say("word.\($0.user.adult.rawValue)") }),
            row(call.say("side.status"), { call.stateName($0.user.status.rawValue) }),
            row(call.say("side.registered"), { call.day($0.user.registeredAt) }),
        ]
    }

    private var identityRows: [JSONValue] {
        let required = identity.map { facts in
            IdentityComparison.allCases.flatMap { facts.requiredAttributes(comparedAs: $0) }
        }
        return IdentityAttribute.allCases.map { attribute in
            let result = identity.map { facts -> Comparison in
                let comparison = facts[attribute]
                let counts = isSameEntity != true && required?.contains(attribute) == true
                return (text: call.name(comparison), badge: counts || comparison == .match ? Badge(comparison) : .plain)
            }
            return row(
                call.name(attribute),
                { participant in
                    let isOnFile = participant.user.identity?.attributes.contains(attribute) == true
                    return call.say(isOnFile ? "identity.on-file" : "identity.not-on-file")
                }, result: result)
        }
    }

    private var deviceRows: [JSONValue] {
        func inForce(_ participant: Participant, _ matches: (DeviceKind) -> Bool) -> [Device] {
            participant.devices.filter { device in
                device.isInForce(at: dossier.asOf) && catalog[device.kind].map(matches) == true
            }
        }
        func highestLevel(_ participant: Participant) -> SecurityLevel? {
            inForce(participant, \.isPhysical).compactMap { catalog[$0.kind]?.level }.max()
        }
        return [
            row(
                call.say("side.highest-level"),
                { participant in highestLevel(participant).map(\.description) ?? call.say("side.no-device") }),
            row(
                call.say("side.temporary"),
                { call.list(inForce($0, \.isTemporary).map(\.id.rawValue)).nonEmpty ?? call.say("side.none") }),
            row(
                call.say("side.logs-in-with"),
                { participant in participant.user.loginSharing.map { $0.device.rawValue } ?? call.say("side.own-devices") }),
        ]
    }

    private func device(of side: ParticipantSide, _ device: Device) -> JSONValue {
        let isAsked = device.id == dossier.request.device
        let isInForce = device.isInForce(at: dossier.asOf)
        return .members([
            "id": .string(device.id.rawValue), "side": .string(call.name(side)),
            "kind": .string(call.name(device.kind, in: catalog)),
            "level": catalog[device.kind].map { .string(String($0.level.rawValue)) },
            "state": .string(
                isInForce || device.activatedAt == nil ? call.stateName(device.status.name) : call.stateName("expired")),
            "class": (isInForce ? Badge.good : .plain).json, "since": call.moment(device.activatedAt),
            "users": device.sharings.isEmpty ? nil : .string(call.list(device.sharings.map(\.user.rawValue))),
            "isAsked": .bool(isAsked),
        ])
    }
}

extension ConsoleCall {
    /// `2026-11-26`, in the reader's zone.
    func day(_ moment: Timestamp) -> String { self.moment(moment)?["short"]?.stringValue.map { String($0.prefix(10)) } ?? "" }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
