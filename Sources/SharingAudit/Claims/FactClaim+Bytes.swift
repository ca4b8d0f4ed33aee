import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation

// The form in which claims lie in a temporary file. The program that wrote them reads them, in one run.

extension FactClaim {
    private enum Tag {
        static let user: UInt8 = 0
        static let device: UInt8 = 1
        static let request: UInt8 = 2
    }

    func write(to buffer: inout [UInt8]) {
        switch subject {
        case .user(let user):
            buffer.append(Tag.user)
            buffer.append(user.part.rawValue)
            buffer.append(user.isSubmission ? 1 : 0)
            withUnsafeBytes(of: user.request.uuid.uuid) { buffer.append(contentsOf: $0) }
            buffer.append(text: user.entity)
            buffer.append(text: user.entityKind)
            buffer.append(text: user.person)
            buffer.append(text: user.adult)
            buffer.append(integer: user.registeredAt.microseconds)
            buffer.append(integer: user.decidedAt.microseconds)
            buffer.append(integer: Int64(user.devices.count))
            for device in user.devices { buffer.append(text: device) }
        case .device(let device):
            buffer.append(Tag.device)
            buffer.append(device.part.rawValue)
            buffer.append(text: device.holder)
            buffer.append(device.listed == nil ? 0 : 1)
            if let listed = device.listed {
                buffer.append(text: listed.kind)
                buffer.append(integer: listed.activatedAt.microseconds)
            }
            buffer.append(device.sharedWith == nil ? 0 : 1)
            buffer.append(integer: device.sharedWith ?? 0)
            buffer.append(integer: device.decidedAt.microseconds)
        case .request(let request):
            buffer.append(Tag.request)
            let deed = request.deed
            buffer.append(deed.kind.rawValue)
            buffer.append(optional: deed.officer)
            buffer.append(integer: deed.until?.microseconds ?? .min)
            buffer.append(optional: deed.outcome?.rawValue)
            buffer.append(integer: deed.approvals)
            buffer.append(optional: request.actor)
            buffer.append(request.facts == nil ? 0 : 1)
            guard let facts = request.facts else { return }
            buffer.append(text: facts.requester)
            buffer.append(text: facts.owner)
            buffer.append(text: facts.device)
            buffer.append(integer: facts.submittedAt.microseconds)
            buffer.append(integer: facts.decidedAt.microseconds)
            buffer.append(text: facts.session)
            buffer.append(text: facts.inputs)
            buffer.append(facts.consent == nil ? 0 : 1)
            guard let consent = facts.consent else { return }
            buffer.append(text: consent.method)
            buffer.append(integer: consent.givenAt.microseconds)
            buffer.append(text: consent.reference)
        }
    }

    /// Nil for bytes that are none of ours.
    init?(_ bytes: UnsafeRawBufferPointer, at position: Position, recordedAt: Timestamp) {
        var reader = ClaimReader(bytes: bytes)
        guard let tag = reader.byte(), let subject = Self.subject(tag, &reader), reader.isAtEnd else { return nil }
        self.init(position: position, recordedAt: recordedAt, subject: subject)
    }

    private static func subject(_ tag: UInt8, _ reader: inout ClaimReader) -> Subject? {
        switch tag {
        case Tag.user: UserClaim(&reader).map(Subject.user)
        case Tag.device: DeviceClaim(&reader).map(Subject.device)
        case Tag.request: RequestClaim(&reader).map(Subject.request)
        default: nil
        }
    }
}

extension FactClaim.UserClaim {
    fileprivate init?(_ reader: inout ClaimReader) {
        guard let part = reader.byte().flatMap(FactClaim.Part.init(rawValue:)), let isSubmission = reader.byte(),
            let request = reader.request(), let entity = reader.text(), let kind = reader.text(),
            let person = reader.text(), let adult = reader.text(), let registeredAt = reader.moment(),
            let decidedAt = reader.moment(), let count = reader.integer(), count >= 0
        else { return nil }
        var devices: [String] = []
        for _ in 0..<count {
            guard let device = reader.text() else { return nil }
            devices.append(device)
        }
        self.init(
            part: part, request: request, isSubmission: isSubmission == 1, entity: entity, entityKind: kind, person: person,
            adult: adult, registeredAt: registeredAt, decidedAt: decidedAt, devices: devices)
    }
}

extension FactClaim.DeviceClaim {
    fileprivate init?(_ reader: inout ClaimReader) {
        guard let part = reader.byte().flatMap(FactClaim.Part.init(rawValue:)), let holder = reader.text(),
            let isListed = reader.byte()
        else { return nil }
        var listed: Listed?
        if isListed == 1 {
            guard let kind = reader.text(), let activatedAt = reader.moment() else { return nil }
            listed = Listed(kind: kind, activatedAt: activatedAt)
        }
        guard let isShared = reader.byte(), let sharedWith = reader.integer(), let decidedAt = reader.moment() else {
            return nil
        }
        self.init(
            part: part, holder: holder, listed: listed, sharedWith: isShared == 1 ? sharedWith : nil, decidedAt: decidedAt)
    }
}

extension FactClaim.RequestClaim {
    fileprivate init?(_ reader: inout ClaimReader) {
        guard let kind = reader.byte().flatMap(Deed.Kind.init(rawValue:)), let officer = reader.optional(),
            let until = reader.integer(), let outcome = reader.optional(), let approvals = reader.integer(),
            let actor = reader.optional(), let hasFacts = reader.byte()
        else { return nil }
        var facts: Facts?
        if hasFacts == 1 {
            guard let read = Facts(&reader) else { return nil }
            facts = read
        }
        self.init(
            deed: Deed(
                kind: kind, officer: officer.text, until: until == .min ? nil : Timestamp(microseconds: until),
                outcome: outcome.text.flatMap(Outcome.init(rawValue:)), approvals: approvals),
            actor: actor.text, facts: facts)
    }
}

extension FactClaim.RequestClaim.Facts {
    fileprivate init?(_ reader: inout ClaimReader) {
        guard let requester = reader.text(), let owner = reader.text(), let device = reader.text(),
            let submittedAt = reader.moment(), let decidedAt = reader.moment(), let session = reader.text(),
            let inputs = reader.text(), let hasConsent = reader.byte()
        else { return nil }
        var consent: FactClaim.RequestClaim.Consent?
        if hasConsent == 1 {
            guard let method = reader.text(), let givenAt = reader.moment(), let reference = reader.text() else { return nil }
            consent = FactClaim.RequestClaim.Consent(method: method, givenAt: givenAt, reference: reference)
        }
        self.init(
            requester: requester, owner: owner, device: device, submittedAt: submittedAt, decidedAt: decidedAt, consent: consent,
            session: session, inputs: inputs)
    }
}

extension [UInt8] {
    fileprivate mutating func append(integer: Int64) { Swift.withUnsafeBytes(of: integer) { append(contentsOf: $0) } }

    fileprivate mutating func append(text: String) {
        var text = text
        text.withUTF8 { utf8 in
            append(integer: Int64(utf8.count))
            append(contentsOf: utf8)
        }
    }

    fileprivate mutating func append(optional text: String?) {
        if let text { append(text: text) } else { append(integer: -1) }
    }
}

private struct ClaimReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func integer() -> Int64? {
        guard bytes.count - offset >= 8 else { return nil }
        offset += 8
        return bytes.loadUnaligned(fromByteOffset: offset - 8, as: Int64.self)
    }

    mutating func moment() -> Timestamp? { integer().map { Timestamp(microseconds: $0) } }

    mutating func request() -> ShareRequestID? {
        guard bytes.count - offset >= 16 else { return nil }
        offset += 16
        return ShareRequestID(UUID(uuid: bytes.loadUnaligned(fromByteOffset: offset - 16, as: uuid_t.self)))
    }

    mutating func text() -> String? { optional()?.text }

    /// A text that is nil where none was written.
    struct Field {
        let text: String?
    }

    /// Nil for what is cut off.
    mutating func optional() -> Field? {
        guard let count = integer() else { return nil }
        guard count >= 0 else { return Field(text: nil) }
        guard count <= bytes.count - offset else { return nil }
        let text = String(decoding: bytes[offset..<offset + Int(count)], as: UTF8.self)
        offset += Int(count)
        return Field(text: text)
    }
}
