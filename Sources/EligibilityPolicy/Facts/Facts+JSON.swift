import Canonical

// Facts as they are recorded with every decision: camelCase members in RFC 8785's order.

extension Facts {
    /// Writes the facts as one canonical value.
    package func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            if let consent {
                writer.member(
                    "consent",
                    object: { writer in
                        writer.member("givenAt", consent.givenAt)
                        writer.member("method", consent.method)
                        writer.member("reference", consent.reference)
                    })
            }
            if !counters.isEmpty {
                writer.name("counters")
                counters.write(to: &writer)
            }
            writer.member("decidedAt", decidedAt)
            writer.member("device", device)
            writer.member("identity", object: { identity.writeMembers(to: &$0) })
            if !inputs.isEmpty {
                writer.name("inputs")
                inputs.write(to: &writer)
            }
            writer.name("owner")
            owner.write(to: &writer)
            writer.name("requester")
            requester.write(to: &writer)
            if let session {
                writer.name("session")
                session.write(to: &writer)
            }
            writer.member("sharedWith", Int64(sharedWith))
            writer.member("submittedAt", submittedAt)
        }
    }

    /// Reads facts. Throws `facts-invalid`, naming the member that is missing or wrong.
    package init(json: JSONValue) throws(PolicyError) {
        let reader = FactsReader(json: json, path: "facts")
        try self.init(
            requester: ParticipantFacts(reader.object("requester")),
            owner: ParticipantFacts(reader.object("owner")),
            device: reader.string("device"),
            sharedWith: Int(reader.integer("sharedWith")),
            identity: IdentityFacts(reader.object("identity")),
            consent: reader.has("consent") ? ConsentFacts(reader.object("consent")) : nil,
            session: reader.has("session") ? SessionFacts(reader.object("session")) : nil,
            inputs: reader.inputs("inputs"), counters: reader.counters("counters"),
            submittedAt: reader.timestamp("submittedAt"),
            decidedAt: reader.timestamp("decidedAt"))
    }
}

extension ParticipantFacts {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            if adult != .unknown { writer.member("adult", adult.rawValue) }
            writer.member(
                "devices",
                array: { writer in
                    for device in devices {
                        writer.object { writer in
                            writer.member("activatedAt", device.activatedAt)
                            writer.member("id", device.id)
                            writer.member("kind", device.kind.rawValue)
                        }
                    }
                })
            writer.member("entity", entity)
            writer.member("entityKind", entityKind.rawValue)
            writer.member("id", id)
            if let person { writer.member("person", person) }
            writer.member("registeredAt", registeredAt)
        }
    }

    fileprivate init(_ reader: FactsReader) throws(PolicyError) {
        var devices: [DeviceFacts] = []
        for device in try reader.objects("devices") {
            devices.append(
                DeviceFacts(
                    id: try device.string("id"), kind: DeviceKindID(rawValue: try device.string("kind")),
                    activatedAt: try device.timestamp("activatedAt")))
        }
        try self.init(
            id: reader.string("id"), entity: reader.string("entity"), entityKind: reader.choice("entityKind"),
            person: reader.has("person") ? reader.string("person") : nil,
            adult: reader.has("adult") ? reader.choice("adult") : .unknown, registeredAt: reader.timestamp("registeredAt"),
            devices: devices)
    }
}

extension IdentityFacts {
    fileprivate func writeMembers(to writer: inout CanonicalJSONWriter) {
        writer.member("citizenship", citizenship.rawValue)
        writer.member("dateOfBirth", dateOfBirth.rawValue)
        writer.member("document", document.rawValue)
        if numberMayHelp { writer.member("numberMayHelp", true) }
        writer.member("residence", residence.rawValue)
        writer.member("socialSecurityNumber", socialSecurityNumber.rawValue)
        if let usPerson { writer.member("usPerson", usPerson) }
    }

    fileprivate init(_ reader: FactsReader) throws(PolicyError) {
        try self.init(
            dateOfBirth: reader.choice("dateOfBirth"), citizenship: reader.choice("citizenship"),
            residence: reader.choice("residence"), document: reader.choice("document"),
            socialSecurityNumber: reader.choice("socialSecurityNumber"),
            usPerson: reader.has("usPerson") ? reader.bool("usPerson") : nil,
            numberMayHelp: reader.has("numberMayHelp") ? reader.bool("numberMayHelp") : false)
    }
}

extension ConsentFacts {
    fileprivate init(_ reader: FactsReader) throws(PolicyError) {
        try self.init(
            method: reader.string("method"), givenAt: reader.timestamp("givenAt"), reference: reader.string("reference"))
    }
}

extension SessionFacts {
    fileprivate init(_ reader: FactsReader) throws(PolicyError) {
        try self.init(
            methods: reader.choices("methods"), level: Int(reader.integer("level")),
            authenticatedAt: reader.timestamp("authenticatedAt"))
    }
}

/// Reads members of a JSON object, naming what is wrong by its path.
private struct FactsReader {
    let json: JSONValue
    let path: String

    func has(_ name: String) -> Bool { json[name] != nil }

    func string(_ name: String) throws(PolicyError) -> String { try member(name, "a string") { $0.stringValue } }
    func integer(_ name: String) throws(PolicyError) -> Int64 { try member(name, "an integer") { $0.integerValue } }
    func bool(_ name: String) throws(PolicyError) -> Bool { try member(name, "true or false") { $0.boolValue } }

    func timestamp(_ name: String) throws(PolicyError) -> Timestamp {
        try member(name, "an RFC 3339 timestamp") { $0.stringValue.flatMap { Timestamp(recorded: $0) } }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String
    ) throws(PolicyError) -> Choice where Choice.RawValue == String {
        let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return try member(name, "one of \(choices)") { $0.stringValue.flatMap(Choice.init(rawValue:)) }
    }

    /// None where there is no such member.
    func inputs(_ name: String) throws(PolicyError) -> InputValues {
        guard has(name) else { return .none }
        return try member(name, "an object of texts, whole numbers and flags") { InputValues(json: $0) }
    }

    /// None where there is no such member.
    func counters(_ name: String) throws(PolicyError) -> CounterValues {
        guard has(name) else { return .none }
        return try member(name, "an object of counters") { CounterValues(json: $0) }
    }

    func choices<Choice: RawRepresentable & CaseIterable>(
        _ name: String
    ) throws(PolicyError) -> [Choice] where Choice.RawValue == String {
        try member(name, "an array of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))") { value in
            guard let texts = value.arrayValue else { return nil }
            let choices = texts.compactMap { $0.stringValue.flatMap(Choice.init(rawValue:)) }
            return choices.count == texts.count ? choices : nil
        }
    }

    func object(_ name: String) throws(PolicyError) -> FactsReader {
        FactsReader(json: try member(name, "an object") { $0.objectValue == nil ? nil : $0 }, path: "\(path).\(name)")
    }

    func objects(_ name: String) throws(PolicyError) -> [FactsReader] {
        try member(name, "an array") { $0.arrayValue }.enumerated().map {
            FactsReader(json: $1, path: "\(path).\(name)[\($0)]")
        }
    }

    private func member<Value>(
        _ name: String, _ expected: String, _ read: (JSONValue) -> Value?
    ) throws(PolicyError) -> Value {
        guard let value = json[name].flatMap(read) else {
            throw PolicyError(
                code: .factsInvalid,
                problems: [Problem(file: path, line: 0, column: 0, message: "\(name) must be \(expected)")])
        }
        return value
    }
}
