import Canonical
import EligibilityPolicy

/// The members of an event's data, found in one walk and read when asked for.
struct EventMembers {
    private let bytes: UnsafeRawBufferPointer
    /// Names and values as they stand in `bytes`. Events have few members, so a list beats a dictionary.
    private let members: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)]
    let detail: EventDetail

    /// More members than most events have.
    private static let expectedCount = 8

    init(_ bytes: UnsafeRawBufferPointer, detail: EventDetail) throws(JSONError) {
        self.bytes = bytes
        self.detail = detail
        var found: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)] = []
        found.reserveCapacity(Self.expectedCount)
        var reader = CanonicalJSONReader(bytes)
        try reader.object { name, reader throws(JSONError) in found.append((name.bytes, try reader.lent())) }
        guard reader.isAtEnd else { throw JSONError(.malformed, at: bytes.count, "something follows the object") }
        members = found
    }

    private func reader(_ name: StaticString) -> CanonicalJSONReader? {
        for member in members where member.name.isText(name) { return CanonicalJSONReader(member.value) }
        return nil
    }

    private func required(_ name: StaticString) throws -> CanonicalJSONReader {
        guard let reader = reader(name) else { throw missing(name) }
        return reader
    }

    private func missing(_ name: StaticString) -> EventDecodingError {
        EventDecodingError(.malformedData, "member \(name) is missing or not what it should be")
    }

    func string(_ name: StaticString) throws -> String {
        var reader = try required(name)
        return try reader.string()
    }

    func optionalString(_ name: StaticString) throws -> String? {
        var reader = reader(name)
        return try reader?.string()
    }

    func strings(_ name: StaticString) throws -> [String] {
        var reader = try required(name)
        return try reader.strings()
    }

    func timestamp(_ name: StaticString) throws -> Timestamp {
        var reader = try required(name)
        return try reader.timestamp()
    }

    func integer(_ name: StaticString) throws -> Int64 {
        var reader = try required(name)
        return try reader.integer()
    }

    func optionalInteger(_ name: StaticString) throws -> Int64? {
        var reader = reader(name)
        return try reader?.integer()
    }

    func flag(_ name: StaticString) throws -> Bool {
        var reader = try required(name)
        return try reader.bool()
    }

    func optionalFlag(_ name: StaticString) throws -> Bool? {
        var reader = reader(name)
        return try reader?.bool()
    }

    func optionalTimestamp(_ name: StaticString) throws -> Timestamp? {
        var reader = reader(name)
        return try reader?.timestamp()
    }

    func identifier<ID: Identifier>(_ name: StaticString, _: ID.Type = ID.self) throws -> ID {
        ID(trusted: try string(name))
    }

    func optionalIdentifier<ID: Identifier>(_ name: StaticString, _: ID.Type = ID.self) throws -> ID? {
        try optionalString(name).map(ID.init(trusted:))
    }

    func request(_ name: StaticString) throws -> ShareRequestID {
        guard let id = try optionalRequest(name) else { throw missing(name) }
        return id
    }

    func optionalRequest(_ name: StaticString) throws -> ShareRequestID? {
        guard var reader = reader(name) else { return nil }
        guard let uuid = try reader.uuid() else { throw missing(name) }
        return ShareRequestID(uuid)
    }

    func choice<Choice: RawRepresentable>(_ name: StaticString) throws -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try string(name)) else { throw missing(name) }
        return choice
    }

    func optionalChoice<Choice: RawRepresentable>(_ name: StaticString) throws -> Choice? where Choice.RawValue == String {
        guard let text = try optionalString(name) else { return nil }
        guard let choice = Choice(rawValue: text) else { throw missing(name) }
        return choice
    }

    func choices<Choice: RawRepresentable>(_ name: StaticString) throws -> [Choice] where Choice.RawValue == String {
        try strings(name).map { text in
            guard let choice = Choice(rawValue: text) else { throw missing(name) }
            return choice
        }
    }

    /// None where there is no such member.
    func inputs(_ name: StaticString) throws -> InputValues {
        guard let json = try json(name) else { return .none }
        guard let inputs = InputValues(json: json) else { throw missing(name) }
        return inputs
    }

    /// A member that is an object, with members of its own.
    func object(_ name: StaticString) throws -> EventMembers? {
        guard let reader = reader(name) else { return nil }
        return try EventMembers(reader.remaining(), detail: detail)
    }

    /// The decision and its facts, of which the state needs only outcome and reasons.
    func decisionRecord() throws -> DecisionRecord? {
        guard let decision = try object("decision") else { return nil }
        var rejecting: [ReasonCode] = []
        var holding: [ReasonCode] = []
        var isComplete = true
        var failed = try decision.required("failed")
        try failed.array { reader throws(JSONError) in
            var code: ReasonCode?
            var consequence: Consequence?
            try reader.object { name, reader throws(JSONError) in
                switch name {
                case "code": code = ReasonCode(rawValue: try reader.string())
                case "consequence": consequence = Consequence(rawValue: try reader.string())
                default: try reader.skip()
                }
            }
            guard let code, let consequence else {
                isComplete = false
                return
            }
            switch consequence {
            case .reject: rejecting.append(code)
            case .review: holding.append(code)
            case .note: break
            }
        }
        guard isComplete else { throw decision.missing("failed") }
        var approvals = try decision.required("approvals")
        let needsBytes = detail == .full
        return DecisionRecord(
            outcome: try decision.choice("outcome"), reasons: rejecting + holding, disclosed: try decision.disclosed(),
            approvalsRequired: Int(try approvals.integer()),
            decisionBytes: needsBytes ? Array(decision.bytes) : [], factsBytes: needsBytes ? try rawBytes("facts") : [])
    }

    /// Codes that clients are told, of a decision under a policy that does not disclose each reason as itself; else nil.
    private func disclosed() throws -> [ReasonCode]? {
        guard var told = reader("disclosed") else { return nil }
        var codes: [ReasonCode?] = []
        try told.array { reader throws(JSONError) in
            var code: ReasonCode?
            try reader.object { name, reader throws(JSONError) in
                if case "code" = name { code = ReasonCode(rawValue: try reader.string()) } else { try reader.skip() }
            }
            codes.append(code)
        }
        guard !codes.contains(nil) else { throw missing("disclosed") }
        return codes.compactMap { $0 }
    }

    private func rawBytes(_ name: StaticString) throws -> [UInt8] {
        var reader = try required(name)
        return try reader.raw()
    }

    /// A value of any kind, for what is read rarely.
    func json(_ name: StaticString) throws -> JSONValue? {
        guard var reader = reader(name) else { return nil }
        return try JSONValue(parsing: reader.raw())
    }
}
