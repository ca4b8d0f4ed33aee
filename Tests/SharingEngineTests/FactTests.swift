import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Foundation
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

/// A decision rests on what the log said before it. Whoever writes other facts into it, with a decision that follows from them,
/// is found out, however well the rest fits.
@Suite("Facts of decisions", .fewAtOnce) struct FactTests {
    /// A log with a sharing that the policy approved, and one that an officer did.
    private struct Sample {
        let database: TestDatabase
        let policy: Policy

        static func make() async throws -> Sample {
            let database = try await TestDatabase.migrated()
            let policy = try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
                let harness = Harness(database: database, engine: engine)
                _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
                try await harness.user("ada", entity: "E-9")
                try await harness.user("ada", entity: "E-1")
                try await harness.user("bob", entity: "E-1")
                try await harness.device("ada-1", of: "ada", kind: "sls-card")
                try await harness.device("ada-2", of: "ada", kind: "sls-card")
                _ = try await engine.perform(
                    .deactivateDevice(DeviceID(trusted: "ada-2"), reason: "worn"), as: Harness.operatorContext)
                try await harness.device("bob-1", of: "bob")
                let receipt = try await harness.submit("ada", "bob", "bob-1")
                #expect(receipt.request?.state == .active)
                let pending = try await harness.pendingRequest()
                let officer = CommandContext(actor: Harness.officer)
                _ = try await engine.perform(.claim(pending), as: officer)
                _ = try await engine.perform(.note(pending, text: "looks right"), as: officer)
                let approved = try await engine.perform(.approve(pending, note: nil), as: officer)
                #expect(approved.request?.state == .active)
                return try Policy.load(Installation.defaultPolicy(), file: "default")
            }
            return Sample(database: database, policy: policy)
        }

        /// The event of a type, the last where there are several.
        func event(_ type: String) async throws -> RecordedEvent {
            try #require(try await database.events().last { $0.type == type })
        }

        func verify() async throws -> [AuditFinding] {
            try await LogVerification(Harness.configuration(database).settings).run().findings
        }
    }

    private static func data(_ event: RecordedEvent) throws -> JSONValue { try JSONValue(parsing: event.data.bytes) }

    /// The data with other facts, and with the decision that the policy makes on these.
    private static func redecided(_ data: JSONValue, _ policy: Policy) throws -> JSONValue {
        let facts = try Facts(json: #require(data["facts"]))
        var writer = CanonicalJSONWriter(reservingCapacity: 1_024)
        policy.evaluate(facts).write(to: &writer)
        return data.replacing(["decision"], with: try JSONValue(parsing: writer.bytes))
    }

    @Test("of a log that nobody touched are those of the log")
    func untouched() async throws {
        let sample = try await Sample.make()
        #expect(try await sample.verify() == [])
    }

    private static let long = JSONValue(Timestamp.now.advanced(by: .seconds(-900 * 86_400)))

    /// Paths into the facts of the sharing that the policy approved, what is put there, and the fact that is to be named.
    private static let forgeries: [(path: [String], value: JSONValue?, fact: String)] = [
        (["requester", "entity"], "E-7", "requester.entity"),
        (["owner", "entity"], "E-7", "owner.entity"),
        (["requester", "entityKind"], "organization", "requester.entityKind"),
        (["requester", "person"], "P-9", "requester.person"),
        (["owner", "adult"], "no", "owner.adult"),
        (["requester", "registeredAt"], long, "requester.registeredAt"),
        (["owner", "registeredAt"], long, "owner.registeredAt"),
        (["sharedWith"], 3, "sharedWith"),
        (["consent", "givenAt"], long, "consent.givenAt"),
        (["consent", "method"], "letter", "consent.method"),
        (["consent", "reference"], "another", "consent.reference"),
        (["consent"], nil, "consent"),
        (["inputs"], ["riskBand": "low"], "inputs"),
        (["session"], ["authenticatedAt": long, "level": 9, "methods": ["hwk"]], "session"),
        (["decidedAt"], long, "decidedAt"),
        (["submittedAt"], long, "submittedAt"),
        (["requester", "id"], "bob", "requester.id"),
        (["device"], "ada-1", "device"),
    ]

    @Test("that somebody forged are named, with their position")
    func forged() async throws {
        let sample = try await Sample.make()
        let event = try #require(try await sample.database.events().first { $0.type == "share-request-approved" })
        let data = try Self.data(event)
        for (path, value, fact) in Self.forgeries {
            let forged = try Self.redecided(data.replacing(["facts"] + path, with: value), sample.policy)
            try await sample.database.forge(event.position, data: forged)
            try await sample.database.rebuildReadModels()
            let found = try await sample.verify().filter { $0.code == .factDiffers }
            #expect(
                found.contains { $0.position == event.position && $0.difference?.fact == fact },
                "\(path.joined(separator: ".")): \(found)")
        }
        try await sample.database.forge(event.position, data: data)
        try await sample.database.rebuildReadModels()
        #expect(try await sample.verify() == [])
    }

    @Test("about devices are compared one by one")
    func devices() async throws {
        let sample = try await Sample.make()
        let event = try #require(try await sample.database.events().first { $0.type == "share-request-approved" })
        let data = try Self.data(event)
        let own: JSONValue = ["activatedAt": JSONValue(Harness.longAgo), "id": "ada-1", "kind": "sls-card"]
        let cases: [(String, [JSONValue], String)] = [
            ("another kind", [own.replacing(["kind"], with: "dsc-plus")], "requester.devices.ada-1.kind"),
            ("another activation", [own.replacing(["activatedAt"], with: Self.long)], "requester.devices.ada-1.activatedAt"),
            ("one that is left out", [], "requester.devices.ada-1"),
            (
                "one that was out of use",
                [own, ["activatedAt": JSONValue(Harness.longAgo), "id": "ada-2", "kind": "sls-card"]],
                "requester.devices.ada-2.status"
            ),
            (
                "a temporary one that there is not",
                [own, ["activatedAt": JSONValue(Harness.longAgo), "id": "ada-3", "kind": "online-code-card"]], "requester.devices"
            ),
            ("one of somebody else", [["activatedAt": Self.long, "id": "bob-1", "kind": "dsc-plus"]], "requester.devices"),
        ]
        for (name, devices, fact) in cases {
            let forged = try Self.redecided(
                data.replacing(["facts", "requester", "devices"], with: .array(devices)), sample.policy)
            try await sample.database.forge(event.position, data: forged)
            let found = try await sample.verify().filter { $0.code == .factDiffers }
            #expect(
                found.contains { $0.position == event.position && $0.difference?.fact == fact },
                "\(name): \(found)")
        }
    }

    @Test("and the decision, its policy and the officer's claim hold together")
    func decisions() async throws {
        let sample = try await Sample.make()
        let approved = try await sample.event("share-request-approved")
        let claimed = try await sample.event("share-request-claimed")
        let data = try Self.data(approved)
        let other = Digest(sha256: [1]).description
        let cases: [(String, Position, JSONValue, AuditFinding.Code)] = [
            (
                "another policy", approved.position, data.replacing(["decision", "policy"], with: .string(other)),
                .policySuperseded
            ),
            (
                "an outcome with rulings that fit it", approved.position,
                data.replacing(["decision", "failed"], with: .array([])).replacing(["decision", "outcome"], with: "approve")
                    .replacing(["decision", "approvals"], with: 0), .decisionDiffers
            ),
            (
                "another officer's claim", claimed.position, try Self.data(claimed).replacing(["officer"], with: "h.tan"),
                .factDiffers
            ),
            (
                "a longer claim", claimed.position,
                try Self.data(claimed).replacing(["until"], with: "2999-01-01T00:00:00.000000Z"), .factDiffers
            ),
        ]
        for (name, position, forged, code) in cases {
            let original = try Self.data(#require(try await sample.database.events().first { $0.position == position }))
            try await sample.database.forge(position, data: forged)
            try await sample.database.rebuildReadModels()
            let found = try await sample.verify()
            #expect(found.contains { $0.position == position && $0.code == code }, "\(name): \(found)")
            if name == "another officer's claim" {
                #expect(
                    found.contains { $0.position == approved.position && $0.difference?.fact == "claim.officer" },
                    "the approval was another officer's: \(found)")
            }
            try await sample.database.forge(position, data: original)
        }
    }

    /// A server that remembered a history which a failover had lost decided on a user who was closed in the history that is left.
    @Test("are those of the log that is, and not of one that was lost")
    func lostHistory() async throws {
        let sample = try await Sample.make()
        let events = try await sample.database.events()
        let changed = try #require(events.first { $0.type == "entity-changed" })
        let approved = try #require(events.first { $0.type == "share-request-approved" })
        try await sample.database.forge(changed.position, type: "user-closed", data: ["user": "ada"])
        try await sample.database.rebuildReadModels()
        let found = try await sample.verify()
        let facts = found.filter { $0.position == approved.position }.compactMap { $0.difference?.fact }
        #expect(facts.contains("requester.entity"), "\(found)")
        #expect(facts.contains("requester.status"), "\(found)")
        let status = found.first { $0.difference?.fact == "requester.status" }?.difference
        #expect(status?.recorded == "open" && status?.actual == "closed")
    }

    @Test("lie in a temporary file as they were", arguments: 0..<3)
    func bytes(_ kind: Int) throws {
        let moment = Timestamp(microseconds: -5)
        let subject: FactClaim.Subject =
            switch kind {
            case 0:
                .user(
                    FactClaim.UserClaim(
                        part: .owner, request: ShareRequestID(), isSubmission: true, entity: "é", entityKind: "individual",
                        person: "P-ü", adult: "no", registeredAt: moment, decidedAt: .latest, devices: ["a", ""]))
            case 1:
                .device(
                    FactClaim.DeviceClaim(
                        part: .requester, holder: "h", listed: FactClaim.DeviceClaim.Listed(kind: "k", activatedAt: moment),
                        sharedWith: -4, decidedAt: moment))
            default:
                .request(
                    FactClaim.RequestClaim(
                        deed: Deed(kind: .claimed, officer: "o", until: moment, outcome: .review, approvals: 2), actor: nil,
                        facts: FactClaim.RequestClaim.Facts(
                            requester: "a", owner: "b", device: "c", submittedAt: moment, decidedAt: moment,
                            consent: FactClaim.RequestClaim.Consent(method: "m", givenAt: moment, reference: "r"), session: "s",
                            inputs: "i")))
            }
        let claim = FactClaim(position: Position(rawValue: 7), recordedAt: moment, subject: subject)
        var bytes: [UInt8] = []
        claim.write(to: &bytes)
        let back = bytes.withUnsafeBytes { FactClaim($0, at: claim.position, recordedAt: moment) }
        #expect(back == claim)
        for length in 0..<bytes.count {
            #expect(bytes.prefix(length).withUnsafeBytes { FactClaim($0, at: claim.position, recordedAt: moment) } == nil)
        }
    }
}
