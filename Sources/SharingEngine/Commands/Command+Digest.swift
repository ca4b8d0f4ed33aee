import Canonical
import DeviceSharing
import EligibilityPolicy

extension Command {
    /// SHA-256 of the command's canonical form, by which the repetition of an idempotency key is told from its reuse. The
    /// identifier of a new request is not part of it: whoever repeats a submission may have made another one.
    package var digest: Digest { Digest(sha256: canonicalForm) }

    private var canonicalForm: [UInt8] {
        var members: JSONObject = JSONObject()
        members["command"] = .string(name)
        switch self {
        case .submit(let command):
            members["requester"] = .string(command.requester.rawValue)
            members["owner"] = .string(command.owner.rawValue)
            members["device"] = .string(command.device.rawValue)
            members["consent"] = command.consent.map(Self.canonical)
            if !command.statement.inputs.isEmpty { members["inputs"] = command.statement.inputs.json }
            members["session"] = command.statement.session?.facts.json
        case .approve(_, let note), .withdraw(_, let note):
            members["note"] = note.map { .string($0) }
        case .reject(_, let reason, let note):
            members["reason"] = reason.map { .string($0) }
            members["note"] = note.map { .string($0) }
        case .note(_, let text): members["text"] = .string(text)
        case .endSharing(_, let reason, let consent, let note):
            members["reason"] = .string(reason.rawValue)
            members["consent"] = consent.map(Self.canonical)
            members["note"] = note.map { .string($0) }
        case .recordUser(let command):
            members["entity"] = .string(command.entity.rawValue)
            members["entityKind"] = .string(command.entityKind.rawValue)
            members["person"] = command.person.map { .string($0.rawValue) }
            members["adult"] = command.adult.map { .string($0.rawValue) }
            members["registeredAt"] = .string(command.registeredAt.description)
        case .recordIdentity(_, let fingerprints):
            members["key"] = .string(fingerprints.keyID)
            members["usPerson"] = .bool(fingerprints.isUSPerson)
            for (attribute, value) in fingerprints.values { members[attribute.rawValue] = .string(value.hex) }
        case .recordDevice(let command):
            members["holder"] = .string(command.holder.rawValue)
            members["kind"] = .string(command.kind.rawValue)
            members["activatedAt"] = command.activatedAt.map { .string($0.description) }
            members["expiresAt"] = command.expiresAt.map { .string($0.description) }
        case .deactivateDevice(_, let reason): members["reason"] = .string(reason)
        case .activatePolicy(let activation): members["digest"] = .string(activation.digest.description)
        case .detachEvents(_, let run):
            members["firstPosition"] = .integer(run.positions.lowerBound)
            members["lastPosition"] = .integer(run.positions.upperBound)
            members["headers"] = JSONValue(run.headers.map(\.description))
        case .claim, .renewClaim, .release, .expire, .escalate, .eraseIdentity, .closeUser, .reportDeviceLost, .attachEvents:
            break
        }
        if case .submit = self {} else { members["subject"] = .string(subject.name) }
        return JSONValue.object(members).canonicalBytes()
    }

    /// The type is no part of it for as long as there is one: a command that was given before types came is the same command.
    private static func canonical(_ consent: OwnerConsent) -> JSONValue {
        switch consent.type {
        case .asserted: break
        }
        return [
            "method": .string(consent.method), "givenAt": .string(consent.givenAt.description),
            "reference": .string(consent.reference),
        ]
    }
}
