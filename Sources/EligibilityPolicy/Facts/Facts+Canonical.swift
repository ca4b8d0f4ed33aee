import Canonical

// Facts read straight from the canonical text of the log, without a tree of values between: for a million at a time.

extension Facts {
    /// Reads facts as `write` wrote them. Throws `JSONError` where the text is not that.
    package init(canonical bytes: [UInt8]) throws(JSONError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(JSONError) in
                var reader = CanonicalJSONReader(buffer)
                return try Facts(&reader)
            }
        }
        self = try result.get()
    }

    private init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        var requester: ParticipantFacts?
        var owner: ParticipantFacts?
        var device: String?
        var sharedWith: Int64?
        var identity: IdentityFacts?
        var consent: ConsentFacts?
        var session: SessionFacts?
        var inputs = InputValues.none
        var counters = CounterValues.none
        var submittedAt: Timestamp?
        var decidedAt: Timestamp?
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "requester": requester = try ParticipantFacts(&reader)
            case "owner": owner = try ParticipantFacts(&reader)
            case "device": device = try reader.string()
            case "sharedWith": sharedWith = try reader.integer()
            case "identity": identity = try IdentityFacts(&reader)
            case "consent": consent = try ConsentFacts(&reader)
            case "session": session = try SessionFacts(&reader)
            case "inputs": inputs = try InputValues(&reader)
            case "counters": counters = try CounterValues(&reader)
            case "submittedAt": submittedAt = try reader.timestamp()
            case "decidedAt": decidedAt = try reader.timestamp()
            default: try reader.skip()
            }
        }
        guard let requester, let owner, let device, let sharedWith, let identity, let submittedAt, let decidedAt else {
            throw JSONError.incomplete("facts")
        }
        self.init(
            requester: requester, owner: owner, device: device, sharedWith: Int(sharedWith), identity: identity, consent: consent,
            session: session, inputs: inputs, counters: counters, submittedAt: submittedAt, decidedAt: decidedAt)
    }
}

extension ParticipantFacts {
    fileprivate init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        var id: String?
        var entity: String?
        var entityKind: EntityKind?
        var person: String?
        var adult = Adulthood.unknown
        var registeredAt: Timestamp?
        var devices: [DeviceFacts]?
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "id": id = try reader.string()
            case "entity": entity = try reader.string()
            case "entityKind": entityKind = EntityKind(rawValue: try reader.string())
            case "person": person = try reader.string()
            case "adult":
                guard let known = Adulthood(rawValue: try reader.string()) else {
                    throw JSONError.incomplete("whether a participant is of age")
                }
                adult = known
            case "registeredAt": registeredAt = try reader.timestamp()
            case "devices":
                var read: [DeviceFacts] = []
                try reader.array { reader throws(JSONError) in read.append(try DeviceFacts(&reader)) }
                devices = read
            default: try reader.skip()
            }
        }
        guard let id, let entity, let entityKind, let registeredAt, let devices else {
            throw JSONError.incomplete("a participant")
        }
        self.init(
            id: id, entity: entity, entityKind: entityKind, person: person, adult: adult, registeredAt: registeredAt,
            devices: devices)
    }
}

extension DeviceFacts {
    fileprivate init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        var id: String?
        var kind: String?
        var activatedAt: Timestamp?
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "id": id = try reader.string()
            case "kind": kind = try reader.string()
            case "activatedAt": activatedAt = try reader.timestamp()
            default: try reader.skip()
            }
        }
        guard let id, let kind, let activatedAt else { throw JSONError.incomplete("a device") }
        self.init(id: id, kind: DeviceKindID(rawValue: kind), activatedAt: activatedAt)
    }
}

extension IdentityFacts {
    fileprivate init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        var facts = IdentityFacts.missing
        facts.numberMayHelp = false
        var known = 0
        try reader.object { name, reader throws(JSONError) in
            let place: WritableKeyPath<IdentityFacts, IdentityComparison>
            switch name {
            case "dateOfBirth": place = \.dateOfBirth
            case "citizenship": place = \.citizenship
            case "residence": place = \.residence
            case "document": place = \.document
            case "socialSecurityNumber": place = \.socialSecurityNumber
            case "usPerson":
                facts.usPerson = try reader.bool()
                return
            case "numberMayHelp":
                facts.numberMayHelp = try reader.bool()
                return
            default:
                try reader.skip()
                return
            }
            guard let comparison = IdentityComparison(rawValue: try reader.string()) else {
                throw JSONError.incomplete("a comparison")
            }
            facts[keyPath: place] = comparison
            known += 1
        }
        guard known == IdentityAttribute.allCases.count else { throw JSONError.incomplete("the identity") }
        self = facts
    }
}

extension ConsentFacts {
    fileprivate init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        var method: String?
        var givenAt: Timestamp?
        var reference: String?
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "method": method = try reader.string()
            case "givenAt": givenAt = try reader.timestamp()
            case "reference": reference = try reader.string()
            default: try reader.skip()
            }
        }
        guard let method, let givenAt, let reference else { throw JSONError.incomplete("the consent") }
        self.init(method: method, givenAt: givenAt, reference: reference)
    }
}

extension SessionFacts {
    fileprivate init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        var methods: [String]?
        var level: Int64?
        var authenticatedAt: Timestamp?
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "methods": methods = try reader.strings()
            case "level": level = try reader.integer()
            case "authenticatedAt": authenticatedAt = try reader.timestamp()
            default: try reader.skip()
            }
        }
        guard let methods, let level, let authenticatedAt else { throw JSONError.incomplete("the session") }
        let known = methods.compactMap(AuthenticationMethod.init(rawValue:))
        guard known.count == methods.count else { throw JSONError.incomplete("a method of authentication") }
        self.init(methods: known, level: Int(level), authenticatedAt: authenticatedAt)
    }
}

extension InputValues {
    fileprivate init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        guard let values = InputValues(json: try JSONValue(parsing: Array(try reader.lent()))) else {
            throw JSONError.incomplete("an input")
        }
        self = values
    }
}

extension CounterValues {
    fileprivate init(_ reader: inout CanonicalJSONReader) throws(JSONError) {
        guard let values = CounterValues(json: try JSONValue(parsing: Array(try reader.lent()))) else {
            throw JSONError.incomplete("a counter")
        }
        self = values
    }
}

extension JSONError {
    fileprivate static func incomplete(_ what: String) -> JSONError { JSONError(.malformed, at: 0, "\(what) lacks a member") }
}
