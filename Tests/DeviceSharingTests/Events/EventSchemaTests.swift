import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("The schema of events")
struct EventSchemaTests {
    private func error(_ type: String, _ data: String, version: Int16 = 1) -> EventDecodingError? {
        do {
            _ = try decode(type, Array(data.utf8), version: version)
            return nil
        } catch {
            return error as? EventDecodingError
        }
    }

    @Test("names every type once, in kebab case")
    func names() {
        for type in EventType.allCases { #expect(type.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)+/) != nil) }
    }

    @Test("refuses a type it does not know")
    func unknownType() {
        #expect(error("user-promoted", "{}")?.code == .unknownType)
        #expect(error("", "{}")?.code == .unknownType)
    }

    /// Until there were types, consents had none.
    @Test("reads a consent without a type as asserted, and refuses a type it does not know")
    func consentTypes() throws {
        func submitted(_ type: String) -> String {
            """
            {"consent":{"givenAt":"2026-06-01T11:59:00.000000Z","method":"m","reference":"r"\(type)},"device":"d","owner":"o",\
            "request":"01020304-0506-7000-8000-000000000001","requester":"u"}
            """
        }
        for type in ["", #","type":"asserted""#] {
            let event = try decode("share-request-submitted", Array(submitted(type).utf8))
            guard case .shareRequest(.submitted(_, _, _, _, let consent, _, _)) = event else {
                Issue.record("\(event)")
                continue
            }
            #expect(consent?.type == .asserted)
        }
        #expect(error("share-request-submitted", submitted(#","type":"signed""#))?.code == .malformedData)
        #expect(error("share-request-submitted", submitted(#","type":1"#))?.code == .malformedData)
    }

    @Test("refuses a version it does not know", arguments: [Int16.min, -1, 0, 2, 99])
    func unknownVersion(version: Int16) {
        #expect(error("user-closed", #"{"user":"alice"}"#, version: version)?.code == .unknownSchemaVersion)
    }

    @Test(
        "refuses data that are not what the type says, instead of reading what is left",
        arguments: [
            ("user-closed", ""), ("user-closed", "[]"), ("user-closed", "{}"), ("user-closed", #"{"user":1}"#),
            ("user-closed", #"{"user":"alice"}x"#),
            (
                "user-registered",
                #"{"entity":"e","entityKind":"club","registeredAt":"2026-06-01T12:00:00.000000Z","user":"u"}"#
            ),
            ("user-registered", #"{"entity":"e","entityKind":"individual","registeredAt":"yesterday","user":"u"}"#),
            ("identity-recorded", #"{"attributes":["date-of-birth","shoe-size"],"keyID":"k","user":"u"}"#),
            ("login-device-changed", #"{"device":"d","sharing":"no-uuid","superseded":[],"user":"u"}"#),
            ("sharing-ended", #"{"reason":"boredom"}"#), ("sharing-ended", #"{"note":null,"reason":"device-lost"}"#),
            ("share-request-held", #"{"expiresAt":"2026-06-01T12:00:00.000000Z"}"#),
            (
                "share-request-held",
                #"{"decision":{"approvals":1.5,"failed":[],"outcome":"review","passed":[],"policy":""},"expiresAt":"2026-06-01T12:00:00.000000Z","facts":{}}"#
            ),
            (
                "share-request-held",
                #"{"decision":{"approvals":1,"failed":[{"code":"no-such-code","consequence":"review"}],"outcome":"review","passed":[],"policy":""},"expiresAt":"2026-06-01T12:00:00.000000Z","facts":{}}"#
            ),
            (
                "share-request-held",
                #"{"decision":{"approvals":1,"failed":[{"code":"user-closed","consequence":"shrug"}],"outcome":"review","passed":[],"policy":""},"expiresAt":"2026-06-01T12:00:00.000000Z","facts":{}}"#
            ),
            ("share-request-rejected", #"{"by":"policy","error":{"code":"user-closed","parameters":{"user":null}}}"#),
            ("policy-activated", #"{"digest":"00","name":"n","text":"t","version":"1"}"#),
            ("events-detached", #"{"firstPosition":0,"headers":[],"lastPosition":5}"#),
            ("events-detached", #"{"firstPosition":6,"headers":[],"lastPosition":5}"#),
            ("events-detached", #"{"firstPosition":1,"headers":[],"lastPosition":5}"#),
            ("events-detached", #"{"firstPosition":1,"headers":["00"],"lastPosition":5}"#),
        ])
    func malformed(type: String, data: String) {
        #expect(error(type, data)?.code == .malformedData)
    }

    @Test("passes over members that it does not know")
    func moreMembers() throws {
        #expect(
            try decode("user-closed", Array(#"{"later":{"x":[1,"}"]},"user":"alice"}"#.utf8))
                == .user(.closed(user: "alice")))
    }

    // MARK: Old versions

    /// A closed user was `login` in version 1 and `name` in version 2; version 3 is today's.
    private static let upcasts: [EventType: [Int16: EventSchema.Upcast]] = [
        .userClosed: [1: rename("login", "name"), 2: rename("name", "user")], .deviceAssigned: [2: { $0 }],
    ]

    private static func rename(_ old: String, _ new: String) -> EventSchema.Upcast {
        { value in
            guard var object = value.objectValue, let member = object[old] else { throw Missing() }
            object[old] = JSONValue?.none
            object[new] = member
            return .object(object)
        }
    }

    private struct Missing: Error {}

    private func upcast(_ type: EventType, _ data: String, version: Int16) throws -> DomainEvent {
        try Array(data.utf8).withUnsafeBytes {
            try EventSchema.decode(
                type: type.rawValue, schemaVersion: version, data: $0, detail: .full, upcasts: Self.upcasts)
        }
    }

    @Test(
        "makes old data new, step by step",
        arguments: [(#"{"login":"alice"}"#, 1), (#"{"name":"alice"}"#, 2), (#"{"user":"alice"}"#, 3)]
            as [(String, Int16)])
    func upcasting(data: String, version: Int16) throws {
        #expect(try upcast(.userClosed, data, version: version) == .user(.closed(user: "alice")))
        // Other types are in their first version still.
        #expect(try upcast(.identityErased, #"{"user":"alice"}"#, version: 1) == .user(.identityErased(user: "alice")))
    }

    @Test("says what is wrong with old data")
    func upcastingErrors() {
        func code(_ type: EventType, _ data: String, _ version: Int16) -> EventDecodingError.Code? {
            do {
                _ = try upcast(type, data, version: version)
                return nil
            } catch {
                return (error as? EventDecodingError)?.code
            }
        }
        #expect(code(.userClosed, #"{"user":"alice"}"#, 1) == .malformedData)
        #expect(code(.userClosed, "{", 1) == .malformedData)
        #expect(code(.userClosed, "{}", 4) == .unknownSchemaVersion)
        // A missing step is not passed over.
        #expect(code(.deviceAssigned, #"{"device":"d","user":"u"}"#, 1) == .unknownSchemaVersion)
    }
}
