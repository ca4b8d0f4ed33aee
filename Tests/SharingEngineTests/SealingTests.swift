import Canonical
import DeviceSharing
import EventLog
import Foundation
import PostgreSQL
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct SealingTests {
    private static func key(_ name: String = "test.example/log") throws -> SignerKey {
        SignerKey.generate(name: try KeyName(name))
    }

    /// A new folder for witnesses.
    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "devshare-witness-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// The sealing of a database's log, which seals when it is told to.
    private func sealing(_ database: TestDatabase, _ configuration: SealingConfiguration, events: Int = 100_000) async throws
        -> SealingService
    {
        var configuration = configuration
        configuration.maximumEvents = events
        return SealingService(try await LedgerHandle.connect(Harness.configuration(database).settings), configuration)
    }

    private func append(_ count: Int, to database: TestDatabase, from first: Int = 0) async throws {
        let pool = database.pool()
        let ledger = try await LedgerDirectory(pool: pool).ledger(named: "default")
        var batch = AppendBatch(ledger: ledger, recordedAt: .now)
        for number in first..<first + count {
            let stream = "user/u\(number)"
            batch.add(
                AppendCommand(
                    conditions: [StreamCondition(stream: stream, version: 0)],
                    events: [
                        AppendEvent(stream: stream, type: "user-registered", schemaVersion: 1, data: Array("{}".utf8))
                    ],
                    metadata: Array("{}".utf8)))
        }
        let statement = batch.statement
        _ = try await pool.withConnection { connection in try await connection.query(statement) }
        await pool.shutdown()
    }

    private func execute(_ sql: String, on database: TestDatabase) async throws {
        let connection = try await database.connect()
        try await connection.execute(script: sql)
        await connection.close()
    }

    private func code(_ body: () async throws -> Void) async -> EngineError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? EngineError)?.code
        }
    }

    @Test func aServiceThatRunsSealsWhatIsRecorded() async throws {
        let database = try await TestDatabase.migrated()
        let key = try Self.key()
        try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
            async let _: Void = SealingService(engine.log, SealingConfiguration(signers: [key])).run()
            let receipt = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            try await eventually("the event is sealed") {
                try await engine.log.checkpoint(covering: receipt.positions.lowerBound) != nil
            }
            let checkpoint = try #require(try await engine.log.latestCheckpoint())
            #expect(checkpoint.size == 1)
            let head = try checkpoint.open(trusting: [key.verifier], origin: "test.example/log")
            #expect(head.root == checkpoint.root)
        }
    }

    @Test func proofsVerifyAgainstTheSignedCheckpoint() async throws {
        let database = try await TestDatabase.migrated()
        let key = try Self.key()
        let service = try await sealing(database, SealingConfiguration(signers: [key]), events: 300)
        var appended = 0
        for count in [1, 254, 1, 1, 300, 143] {
            try await append(count, to: database, from: appended)
            appended += count
            while try await service.seal() != nil {}
        }
        let checkpoints = try await service.log.checkpoints(after: 0)
        #expect(checkpoints.map(\.size) == [1, 255, 256, 257, 557, 700])
        let events = try await EventReader(ledger: service.log.ledger, pool: service.log.pool).events(after: .start)
        for checkpoint in checkpoints {
            let tree = try checkpoint.open(trusting: [key.verifier])
            #expect(try await service.log.root(ofTreeOfSize: checkpoint.size) == tree.root)
            for event in events
            where event.position.rawValue <= Int64(checkpoint.size) && event.position.rawValue % 37 == 1 {
                let inclusion = try await service.log.inclusionProof(of: event.position, inTreeOfSize: checkpoint.size)
                #expect(inclusion.leafHash == event.computedLeafHash(in: service.log.ledger))
                try inclusion.proof.verify(
                    leafHash: event.leafHash, index: UInt64(event.position.rawValue - 1), size: tree.size,
                    root: tree.root)
            }
            for older in checkpoints where older.size <= checkpoint.size {
                try await service.log.consistencyProof(from: older.size, to: checkpoint.size).verify(
                    oldSize: older.size, newSize: checkpoint.size, oldRoot: older.root, newRoot: checkpoint.root)
            }
        }
        let tile = try #require(try await service.log.tile(TileCoordinate(level: 0, index: 1), width: 2))
        #expect(tile == events[256].leafHash.bytes + events[257].leafHash.bytes)
        #expect(try await service.log.tile(TileCoordinate(level: 0, index: 2), width: 256) == nil)
        #expect(
            await code { _ = try await service.log.inclusionProof(of: Position(rawValue: 701), inTreeOfSize: 701) }
                == .notSealed)
        #expect(
            await code { _ = try await service.log.inclusionProof(of: Position(rawValue: 1), inTreeOfSize: 701) }
                == .notSealed)
        #expect(await code { _ = try await service.log.consistencyProof(from: 700, to: 701) } == .notSealed)
        await service.log.pool.shutdown()
    }

    @Test func ofManyProcessesOneSealsAtATime() async throws {
        let database = try await TestDatabase.migrated()
        let sealing = SealingConfiguration(signers: [try Self.key()])
        var services: [SealingService] = []
        for _ in 0..<4 { services.append(try await self.sealing(database, sealing)) }
        for round in 0..<10 {
            try await append(5, to: database, from: round * 5)
            let sealed = try await withThrowingTaskGroup(of: SealedCheckpoint?.self) { group in
                for service in services { group.addTask { try await service.seal() } }
                return try await group.reduce(into: 0) { count, checkpoint in count += checkpoint == nil ? 0 : 1 }
            }
            #expect(sealed == 1)
        }
        #expect(try await services[0].log.checkpoints(after: 0).map(\.size) == (1...10).map { UInt64($0 * 5) })
        for service in services { await service.log.pool.shutdown() }
    }

    @Test(arguments: [false, true]) func aRestoredOldBackupIsRefused(intoAFolder: Bool) async throws {
        let database = try await TestDatabase.migrated()
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let witness = FileWitness(path: intoAFolder ? folder.path : folder.path + "/latest")
        let service = try await sealing(database, SealingConfiguration(signers: [try Self.key()], witnesses: [witness]))
        try await append(10, to: database)
        _ = try await service.seal()
        try await append(10, to: database, from: 10)
        _ = try await service.seal()
        #expect(try await witness.latest()?.description == service.log.latestCheckpoint()?.note)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == (intoAFolder ? 2 : 1))

        try await execute(
            """
            ALTER TABLE devshare.event DISABLE TRIGGER ALL; ALTER TABLE devshare.checkpoint DISABLE TRIGGER ALL;
            ALTER TABLE devshare.tile DISABLE TRIGGER ALL;
            DELETE FROM devshare.event WHERE position > 10; DELETE FROM devshare.checkpoint WHERE size > 10;
            UPDATE devshare.tile SET hashes = substring(hashes FROM 1 FOR 320); UPDATE devshare.ledger SET position = 10;
            """, on: database)
        // Nothing new: nothing to sign, and so nothing to refuse.
        #expect(try await service.seal() == nil)
        try await append(3, to: database, from: 100)
        #expect(await code { _ = try await service.seal() } == .logShrunk)
        // Grown to the old size again, it has another history.
        try await append(20, to: database, from: 103)
        #expect(await code { _ = try await service.seal() } == .logRewritten)
        #expect(try await service.log.latestCheckpoint()?.size == 10)
        await service.log.pool.shutdown()
    }

    @Test func whatIsNotSignedByATrustedKeyIsNotGoneOnFrom() async throws {
        let database = try await TestDatabase.migrated()
        let (old, new) = (try Self.key(), try Self.key())
        let before = try await sealing(database, SealingConfiguration(signers: [old]))
        try await append(3, to: database)
        _ = try await before.seal()
        try await append(3, to: database, from: 3)
        let stranger = try await sealing(database, SealingConfiguration(signers: [new]))
        #expect(await code { _ = try await stranger.seal() } == .checkpointUntrusted)
        let both = try await sealing(database, SealingConfiguration(signers: [old, new]))
        let during = try #require(try await both.seal())
        for key in [old, new] { #expect(throws: Never.self) { try during.open(trusting: [key.verifier]) } }
        try await append(3, to: database, from: 6)
        let after = try await sealing(database, SealingConfiguration(signers: [new], formerKeys: [old.verifier]))
        #expect(try await after.seal()?.size == 9)
        for service in [before, stranger, both, after] { await service.log.pool.shutdown() }
    }

    /// A process that knows fewer witnesses could not see that the log was rewritten.
    @Test func nothingIsSignedWithFewerWitnessesThanTheLogHad() async throws {
        let database = try await TestDatabase.migrated()
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (first, second) = (FileWitness(path: folder.path + "/1"), FileWitness(path: folder.path + "/2"))
        let key = try Self.key()
        func shown(to witnesses: [any Witness], fewer: Bool = false) -> SealingConfiguration {
            var sealing = SealingConfiguration(signers: [key], witnesses: witnesses)
            sealing.allowsFewerWitnesses = fewer
            return sealing
        }
        var size = 0
        /// Appends an event and seals; the code where that is refused.
        func seal(_ sealing: SealingConfiguration) async throws -> EngineError.Code? {
            size += 1
            try await append(1, to: database, from: size)
            let service = try await self.sealing(database, sealing)
            let refusal = await code { _ = try await service.seal() }
            if refusal == nil {
                let checkpoint = try #require(try await service.log.latestCheckpoint()).open(trusting: [key.verifier])
                #expect(checkpoint.size == UInt64(size))
                #expect(checkpoint.extensions == (sealing.witnesses.isEmpty ? [] : ["witnesses \(sealing.witnesses.count)"]))
            } else {
                #expect(try await service.log.latestCheckpoint()?.size ?? 0 < UInt64(size))
            }
            await service.log.pool.shutdown()
            return refusal
        }
        #expect(try await seal(shown(to: [])) == nil)
        #expect(try await seal(shown(to: [first])) == nil)
        #expect(try await seal(shown(to: [first, second])) == nil)
        #expect(try await seal(shown(to: [])) == .witnessesMissing)
        #expect(try await seal(shown(to: [second])) == .witnessesMissing)
        // What was refused is signed with all of them.
        #expect(try await seal(shown(to: [second, first])) == nil)
        // A witness that was given up for good; the next checkpoints need as many as this one had.
        #expect(try await seal(shown(to: [second], fewer: true)) == nil)
        #expect(try await seal(shown(to: [second])) == nil)
        #expect(try await seal(shown(to: [])) == .witnessesMissing)
        #expect(try await second.latest()?.description.contains("\nwitnesses 1\n") == true)
    }

    /// What is signed once is signed for ever, so each leaf hash is computed from its row.
    @Test(arguments: [
        "data = overlay(data PLACING 'x' FROM 12)", "recorded_at = recorded_at + interval '1 microsecond'",
        "leaf_hash = set_bit(leaf_hash, 77, 1 - get_bit(leaf_hash, 77))",
    ])
    func anEventThatDoesNotGiveItsLeafHashIsNotSigned(change: String) async throws {
        let database = try await TestDatabase.migrated()
        let service = try await sealing(database, SealingConfiguration(signers: [try Self.key()]))
        try await append(5, to: database)
        _ = try await service.seal()
        try await append(5, to: database, from: 5)
        try await execute(
            "ALTER TABLE devshare.event DISABLE TRIGGER ALL; UPDATE devshare.event SET \(change) WHERE position = 7", on: database
        )
        let error = await #expect(throws: EngineError.self) { _ = try await service.seal() }
        #expect(error?.code == .treeDamaged)
        #expect(error?.detail.contains("position 7") == true)
        #expect(try await service.log.latestCheckpoint()?.size == 5)
        await service.log.pool.shutdown()
    }

    @Test func aTreeThatWasTamperedWithIsNotSigned() async throws {
        let database = try await TestDatabase.migrated()
        let service = try await sealing(database, SealingConfiguration(signers: [try Self.key()]))
        try await append(5, to: database)
        _ = try await service.seal()
        try await append(5, to: database, from: 5)
        try await execute(
            """
            ALTER TABLE devshare.tile DISABLE TRIGGER ALL;
            UPDATE devshare.tile SET hashes = overlay(hashes PLACING '\\x00' FROM 40) WHERE level = 0;
            """, on: database)
        #expect(await code { _ = try await service.seal() } == .treeDamaged)
        await service.log.pool.shutdown()
    }

    @Test func aWitnessThatCannotBeReachedStopsTheSealingAndNothingElse() async throws {
        let database = try await TestDatabase.migrated()
        let witness = FileWitness(path: "/nonexistent/folder/latest")
        let service = try await sealing(database, SealingConfiguration(signers: [try Self.key()], witnesses: [witness]))
        try await append(2, to: database)
        #expect(await code { _ = try await service.seal() } == .witnessUnusable)
        #expect(try await service.log.latestCheckpoint() == nil)
        try await append(2, to: database, from: 2)
        await service.log.pool.shutdown()
    }

    /// A file that cannot be replaced until `letGo` is called: opening a pipe that nobody reads hangs, as a dead mount does.
    private struct HangingFile {
        let witness: FileWitness
        private let pipe: String

        init(in folder: URL) {
            let file = folder.appendingPathComponent("latest").path
            witness = FileWitness(path: file)
            pipe = file + ".new"
            #expect(mkfifo(file + ".new", 0o600) == 0)
        }

        /// Returns an end of the pipe, to be closed when nobody writes to it any more.
        func letGo() -> Int32 {
            let end = open(pipe, O_RDONLY | O_NONBLOCK)
            unlink(pipe)
            return end
        }
    }

    @Test func aWitnessThatHangsIsGivenUpAndServesAgainWhenItHasComeBack() async throws {
        let database = try await TestDatabase.migrated()
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = HangingFile(in: folder)
        var sealing = SealingConfiguration(signers: [try Self.key()], witnesses: [file.witness])
        sealing.witnessLimit = .seconds(1)
        let service = try await self.sealing(database, sealing)
        try await append(2, to: database)
        for _ in 0..<3 { #expect(await code { _ = try await service.seal() } == .witnessUnusable) }
        #expect(try await service.log.latestCheckpoint() == nil)
        let end = file.letGo()
        try await eventually("the witness has come back") { await code { _ = try await service.seal() } == nil }
        close(end)
        let checkpoint = try #require(try await service.log.latestCheckpoint())
        #expect(checkpoint.size == 2)
        #expect(try await file.witness.latest()?.description == checkpoint.note)
        await service.log.pool.shutdown()
    }

    @Test(.timeLimit(.minutes(5))) func aWitnessThatHangsDoesNotHoldUpTheEndOfTheService() async throws {
        let database = try await TestDatabase.migrated()
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = HangingFile(in: folder)
        var sealing = SealingConfiguration(signers: [try Self.key()], witnesses: [file.witness])
        sealing.witnessLimit = .seconds(3_600)
        try await SharingEngine.withEngine(Harness.configuration(database)) { [sealing] engine in
            async let _: Void = SealingService(engine.log, sealing).run()
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            let harness = Harness(database: database, engine: engine)
            try await eventually("the engine seals") {
                try await harness.query(
                    """
                    SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                                    WHERE d.datname = current_database() AND l.locktype = 'advisory')
                    """
                ).rows[0].decode(0, as: Bool.self)
            }
        }
        let connection = try await database.connect()
        let sealed: Int64 = try await connection.query("SELECT count(*) FROM devshare.checkpoint").rows[0].decode(0)
        #expect(sealed == 0)
        await connection.close()
        // Stays open, since the one who writes may not have come to its end yet.
        _ = file.letGo()
    }

    @Test func theDatabaseKeepsCheckpointsAndTilesAsTheyAre() async throws {
        let database = try await TestDatabase.migrated()
        let service = try await sealing(database, SealingConfiguration(signers: [try Self.key()]))
        try await append(5, to: database)
        _ = try await service.seal()
        let owner = try await database.connect()
        for sql in [
            "UPDATE devshare.checkpoint SET note = ''", "DELETE FROM devshare.checkpoint",
            "TRUNCATE devshare.checkpoint",
            "DELETE FROM devshare.tile", "TRUNCATE devshare.tile", "UPDATE devshare.tile SET tile = 7",
            "UPDATE devshare.tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)",
            "UPDATE devshare.tile SET hashes = substring(hashes FROM 1 FOR 128)",
        ] {
            let error = await #expect(throws: PostgreSQLError.self, "\(sql)") { try await owner.query(sql) }
            #expect(error?.sqlState == SQLState(rawValue: "DS001"), "\(sql)")
        }
        let ahead = await #expect(throws: PostgreSQLError.self) {
            try await owner.query("SELECT devshare.checkpoint_seal(1, 5, 6, sha256(''), '', now(), '{}', '{}', '{}')")
        }
        #expect(ahead?.sqlState == SQLState(rawValue: "DS004"))
        await owner.close()
        await service.log.pool.shutdown()
    }
}
