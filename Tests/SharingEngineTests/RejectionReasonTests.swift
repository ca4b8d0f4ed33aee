import Canonical
import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("An officer's reason", .fewAtOnce)
struct RejectionReasonTests {
    private static func rejected(_ harness: Harness) async throws -> ShareRequestID {
        let id = try await harness.pendingRequest()
        _ = try await harness.engine.perform(
            .reject(id, reason: "suspected-fraud", note: nil), as: CommandContext(actor: Harness.officer))
        return id
    }

    @Test("stands in the request's row before what the rules said, live and rebuilt alike")
    func row() async throws {
        try await Harness.run { harness in
            let id = try await Self.rejected(harness)
            let row = try #require(try await harness.engine.request(id))
            #expect(row.reasons == ["suspected-fraud", "device-recently-activated"])
            #expect(row.rejectionReason == "suspected-fraud")
            #expect(row.codes == [.builtIn(.deviceRecentlyActivated)])
            #expect(try await ReadModelRebuild(connectionString: harness.database.connectionString).differences().isEmpty)
        }
    }

    @Test("finds requests, also when no policy lists it any more, and one that never was is an error that lists the known ones")
    func filter() async throws {
        try await Harness.run { harness in
            let id = try await Self.rejected(harness)
            func found(_ reason: String) async throws -> [ShareRequestID] {
                try await harness.engine.requests(ShareRequestFilter(reason: reason)).map(\.request)
            }
            let without = try Installation.defaultPolicy().replacing("- id: suspected-fraud", with: "- id: fraud")
                .asPolicyVersion("2026.2")
            _ = try await harness.engine.activatePolicy(without, as: Harness.operatorContext)
            #expect(try await found("suspected-fraud") == [id])
            #expect(try await found("device-recently-activated") == [id])
            #expect(try await found("fraud").isEmpty)
            let error = await #expect(throws: SharingError.self) { try await found("nonsense") }
            #expect(error?.code == .unknownRejectionReason)
            guard case .strings(let known)? = error?.parameters["known"] else {
                Issue.record("the known ones are not listed")
                return
            }
            #expect(Set(known).isSuperset(of: ["fraud", "suspected-fraud", "device-recently-activated"]))
        }
    }

    @Test("that portals were told otherwise than by the policy in force is found")
    func forgedDisclosure() async throws {
        let database = try await TestDatabase.migrated()
        let digest = try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
            let harness = Harness(database: database, engine: engine)
            let policy = try Installation.defaultPolicy()
            _ = try await engine.activatePolicy(policy, as: Harness.operatorContext)
            _ = try await Self.rejected(harness)
            return try Policy.load(policy, file: "default").digest
        }
        func problems() async throws -> [AuditFinding] {
            try await LogVerification(Harness.configuration(database).settings).run().findings.filter {
                $0.code == .decisionDiffers
            }
        }
        #expect(try await problems().isEmpty)
        let event = try #require(try await database.events().first { $0.type == "share-request-rejected" })
        let data = try JSONValue(parsing: event.data.bytes)
        for (policy, words) in [
            (digest, "in place of 'suspected-fraud', and by the policy \(digest) it is nothing"),
            (Digest(sha256: [1]), "and another one was in force"),
        ] {
            let told: JSONValue = ["policy": .string(policy.description), "reason": "suspected-fraud"]
            try await database.forge(event.position, data: data.replacing(["disclosed"], with: told))
            let found = try await problems()
            #expect(found.contains { $0.position == event.position && $0.message.contains(words) }, "\(found)")
        }
        try await database.forge(event.position, data: data.replacing(["reason"], with: "bad-mood"))
        let unlisted = try await problems()
        #expect(unlisted.contains { $0.message.contains("'bad-mood', which the policy \(digest) does not list") }, "\(unlisted)")
        try await database.forge(event.position, data: data)
        #expect(try await problems().isEmpty)
    }

    @Test(
        "is told by its title, whichever policy is in force now",
        arguments: [
            (Language.english, "Fraud is suspected."), (Language.traditionalChinese, "懷疑涉及詐騙。"),
            (Language.simplifiedChinese, "怀疑涉及诈骗。"),
        ])
    func told(language: Language, end: String) async throws {
        try await Harness.run { harness in
            let id = try await Self.rejected(harness)
            let without = try Installation.defaultPolicy().replacing("- id: suspected-fraud", with: "- id: fraud")
                .asPolicyVersion("2026.2")
            _ = try await harness.engine.activatePolicy(without, as: Harness.operatorContext)
            let account = try await harness.engine.log.account(of: id, language: language)
            #expect(account.sentences.last?.text.hasSuffix(end) == true, "\(account.sentences.map(\.text))")
        }
    }
}
