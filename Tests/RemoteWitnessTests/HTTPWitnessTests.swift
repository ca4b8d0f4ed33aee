import Canonical
import DeviceSharing
import Logging
import TestSupport
import Testing
import Transparency

@testable import RemoteWitness
@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct HTTPWitnessTests {
    private static let actor = CommandContext(actor: Actor(id: "operator", role: .operator))
    private static let times: WitnessTimes = {
        var times = WitnessTimes()
        times.pause = .milliseconds(5)
        return times
    }()

    private let key: SignerKey

    init() throws { key = SignerKey.generate(name: try KeyName("test.example/log")) }

    /// The sealing of a database's log, which seals when it is told to.
    private func sealing<Value: Sendable>(
        of database: TestDatabase, showing url: String?, times: WitnessTimes = HTTPWitnessTests.times,
        _ body: @Sendable @escaping (LedgerHandle, SealingService) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let witnesses: [any Witness] = try url.map { [try HTTPWitness(url: $0, times: times)] } ?? []
        let settings = LedgerSettings(connectionString: database.connectionString, logger: logger)
        return try await LedgerHandle.withHandle(settings) { log in
            try await body(log, SealingService(log, SealingConfiguration(signers: [key], witnesses: witnesses)))
        }
    }

    /// Records so many events, each of a new user, by an engine that does not seal.
    private func record(_ count: Int, _ prefix: String, on database: TestDatabase) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let configuration = EngineConfiguration(connectionString: database.connectionString, logger: logger)
        try await SharingEngine.withEngine(configuration) { engine in
            if engine.activePolicy == nil {
                _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Self.actor)
            }
            for number in 0..<count {
                let record = RecordUser(
                    user: UserID(trusted: "\(prefix)\(number)"), entity: EntityID(trusted: "e"), entityKind: .individual,
                    registeredAt: Timestamp(microseconds: 0))
                _ = try await engine.perform(.recordUser(record), as: Self.actor)
            }
        }
    }

    private func refusal(_ body: () async throws -> Void) async -> EngineError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? EngineError
        }
    }

    @Test func eachCheckpointIsShownAndTheNextOneExtendsIt() async throws {
        try await NoteServer.running { server in
            let database = try await TestDatabase.migrated()
            for round in 0..<3 {
                try await record(3, "round\(round)-", on: database)
                try await sealing(of: database, showing: server.url) { log, sealing in
                    let sealed = try #require(try await sealing.seal())
                    #expect(server.note == sealed.note)
                    let shown = try Checkpoint.open(
                        SignedNote(parsing: try #require(server.note)), trusting: [key.verifier])
                    #expect(shown.size == UInt64(try await log.head().rawValue))
                }
            }
            #expect(server.requests.map(\.method) == ["GET", "PUT", "GET", "PUT", "GET", "PUT"])
            #expect(Set(server.requests.map(\.path)) == ["/sharing"])
        }
    }

    @Test func aRestoredOldBackupAndARewrittenLogAreNotSigned() async throws {
        try await NoteServer.running { server in
            let database = try await TestDatabase.migrated()
            try await record(3, "early-", on: database)
            try await sealing(of: database, showing: server.url) { _, sealing in _ = try await sealing.seal() }
            let backup = try await database.copy()
            try await record(10, "late-", on: database)
            try await sealing(of: database, showing: server.url) { _, sealing in _ = try await sealing.seal() }
            let shown = try #require(server.note)

            // The backup has gone on by itself: fewer events than were shown, then as many of another history.
            try await record(2, "other-", on: backup)
            let shrunk = await refusal {
                try await sealing(of: backup, showing: server.url) { _, sealing in _ = try await sealing.seal() }
            }
            #expect(shrunk?.code == .logShrunk)
            try await record(12, "further-", on: backup)
            let rewritten = await refusal {
                try await sealing(of: backup, showing: server.url) { _, sealing in _ = try await sealing.seal() }
            }
            #expect(rewritten?.code == .logRewritten)
            #expect(server.note == shown)
            // The true log goes on.
            try await record(1, "last-", on: database)
            let next = try await sealing(of: database, showing: server.url) { _, sealing in try await sealing.seal() }
            #expect(next != nil)
        }
    }

    @Test func whatFailsInPassingIsTriedAgain() async throws {
        try await NoteServer.running { server in
            let witness = try HTTPWitness(url: server.url, times: Self.times)
            let note = try Checkpoint(origin: "o", size: 1, root: Digest(sha256: [])).signed(by: [key])
            server.misbehave(.status(503), .status(429))
            try await witness.publish(note, size: 1)
            #expect(server.requests.count == 3)
            #expect(server.note == note.description)
            server.misbehave(.status(500), .status(500), .status(500))
            let failure = await refusal { _ = try await witness.latest() }
            #expect(failure?.code == .witnessUnusable)
            #expect(failure?.detail.contains("500") == true)
            // What is wrong for good is not.
            let before = server.requests.count
            server.misbehave(.status(403))
            #expect(await refusal { try await witness.publish(note, size: 1) }?.code == .witnessUnusable)
            #expect(server.requests.count == before + 1)
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        try await NoteServer.running { server in
            let witness = try HTTPWitness(url: server.url, times: Self.times)
            server.misbehave(.status(302, location: "http://127.0.0.1:\(server.port)/elsewhere"))
            let failure = await refusal { _ = try await witness.latest() }
            #expect(failure?.detail.hasSuffix("redirects are not followed") == true)
            #expect(server.requests.map(\.path) == ["/sharing"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func aWitnessThatSaysNothingIsGivenUp() async throws {
        try await NoteServer.running { server in
            var times = Self.times
            times.attempt = .milliseconds(200)
            times.attempts = 2
            let database = try await TestDatabase.migrated()
            try await record(1, "u", on: database)
            server.misbehave(.silence, .silence)
            let failure = await refusal {
                try await sealing(of: database, showing: server.url, times: times) { _, sealing in _ = try await sealing.seal() }
            }
            #expect(failure?.code == .witnessUnusable)
            let signed = try await sealing(of: database, showing: nil) { log, _ in try await log.latestCheckpoint() }
            #expect(signed == nil)
        }
    }

    @Test func whatIsNoCheckpointOfThisLogIsNotGoneOnFrom() async throws {
        try await NoteServer.running { server in
            let database = try await TestDatabase.migrated()
            try await record(1, "u", on: database)
            let stranger = SignerKey.generate(name: try KeyName("test.example/log"))
            let foreign = try Checkpoint(origin: "test.example/log", size: 1, root: Digest(sha256: [])).signed(by: [stranger])
            for body in ["<html>", foreign.description, String(repeating: "x", count: SignedNote.maximumSize + 1)] {
                server.misbehave(.body(body))
                let failure = await refusal {
                    try await sealing(of: database, showing: server.url) { _, sealing in _ = try await sealing.seal() }
                }
                #expect(failure?.code == .witnessUnusable)
            }
            #expect(server.note == nil)
        }
    }

    @Test func aWitnessIsReachedByHTTPSOrOnThisMachine() throws {
        for url in ["https://witness.example.com/a/b", "http://127.0.0.1:1/x", "http://[::1]/x", "http://localhost/"] {
            #expect(throws: Never.self, "\(url)") { try WitnessAddress(url) }
        }
        for url in ["http://witness.example.com/", "ftp://witness.example.com/", "https://", "https:///x", "https://h/#f", ""] {
            #expect(throws: EngineError.self, "\(url)") { try WitnessAddress(url) }
        }
        let address = try WitnessAddress("https://log:s3cret@witness.example.com/x")
        #expect(address.url == "https://witness.example.com/x")
        #expect(address.authorization == "Basic bG9nOnMzY3JldA==")
        #expect(!"\(address)".contains("s3cret"))
        let refused = #expect(throws: EngineError.self) { try WitnessAddress("http://log:s3cret@witness.example.com/x") }
        #expect(refused?.detail.contains("s3cret") == false)
    }

    @Test func aPasswordGoesInAHeader() async throws {
        try await NoteServer.running { server in
            let witness = try HTTPWitness(url: server.url.replacing("http://", with: "http://log:s3cret@"), times: Self.times)
            #expect(try await witness.latest() == nil)
            #expect(server.requests.first?.authorization == "Basic bG9nOnMzY3JldA==")
        }
    }
}
