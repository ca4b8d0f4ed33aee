import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("Read models", .fewAtOnce)
struct ReadModelTests {
    @Test("that differ from the log are told, and a rebuild mends them while keeping keys, indexes and comments")
    func rebuild() async throws {
        try await Harness.run { harness in
            for user in ["alice", "bob", "carol"] { try await harness.user(user, entity: "e1") }
            try await harness.device("card", of: "bob")
            let request = try #require(try await harness.submit("alice", "bob", "card").request)
            let rebuild = ReadModelRebuild(connectionString: harness.database.connectionString)
            #expect(try await rebuild.differences().isEmpty)

            let before = try await shape(harness)
            _ = try await harness.query("UPDATE devshare.share_request SET state = 'ended'")
            _ = try await harness.query("DELETE FROM devshare.directory_user WHERE user_id = 'carol'")
            #expect(
                try await rebuild.differences() == [
                    ReadModelRebuild.Difference(readModel: "directory_user", missing: 1, unexpected: 0),
                    ReadModelRebuild.Difference(readModel: "share_request", missing: 1, unexpected: 1),
                ])

            try await rebuild.run()
            #expect(try await rebuild.differences().isEmpty)
            #expect(try await shape(harness) == before)
            #expect(try await harness.engine.request(request.id)?.state == .active)
            // The engine goes on with the new tables, and so does its role.
            _ = try await harness.engine.perform(
                .endSharing(request.id, reason: .stoppedByRequester, note: nil), as: CommandContext(actor: Harness.portal))
            #expect(try await harness.engine.request(request.id)?.state == .ended)
            #expect(try await rebuild.differences().isEmpty)
        }
    }

    @Test("are rebuilt under load without a difference", .timeLimit(.minutes(10)))
    func rebuildUnderLoad() async throws {
        try await Harness.run { harness in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<8 {
                    group.addTask {
                        for number in 0..<60 { try await harness.user("user-\(caller)-\(number)", entity: "e") }
                    }
                }
                group.addTask {
                    let rebuild = ReadModelRebuild(connectionString: harness.database.connectionString)
                    for _ in 0..<5 {
                        #expect(try await rebuild.differences().isEmpty)
                        try await rebuild.run()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await ReadModelRebuild(connectionString: harness.database.connectionString).differences().isEmpty)
        }
    }

    @Test(
        "are rebuilt by one at a time, and a reader that does not end holds up neither commands nor, when it has, the rebuild",
        .timeLimit(.minutes(5)))
    func rebuildBesideAReader() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            let (reader, observer) = (try await harness.database.connect(), try await harness.database.connect())
            try await reader.execute(script: "BEGIN; SELECT count(*) FROM devshare.directory_user")
            try await expectRefusal("the read models are in use") {
                try await makeRebuild(harness, SwapRetryPolicy(attempts: 1, pause: .zero)).run()
            }

            let rebuilding = Task {
                try await makeRebuild(harness, SwapRetryPolicy(attempts: 10_000, pause: .milliseconds(50))).run()
            }
            try await eventually("the rebuild waits for the reader") {
                try await harness.database.isRunning("ACCESS EXCLUSIVE", seenBy: observer)
            }
            try await harness.user("bob", entity: "e1")
            let other = makeRebuild(harness)
            let schema = try #require(SchemaName("as_of_now"))
            try await expectRefusal("another rebuild is at work") { try await other.run() }
            try await expectRefusal("another rebuild is at work") { _ = try await other.differences() }
            try await expectRefusal("another rebuild is at work") {
                try await other.write(asOf: .start, ledger: "default", into: schema)
            }

            try await reader.execute(script: "COMMIT")
            try await rebuilding.value
            #expect(try await other.differences().isEmpty)
            let users: Int64 = try await harness.query("SELECT count(*) FROM devshare.directory_user").rows[0].decode(0)
            #expect(users == 2)
            await reader.close()
            await observer.close()
        }
    }

    @Test("are compared without a wait for an append that is under way", .timeLimit(.minutes(5)))
    func comparisonBesideAnAppend() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            let append = try await harness.database.connect()
            try await append.execute(script: "BEGIN; SELECT ledger FROM devshare.ledger FOR UPDATE")
            _ = try await append.query("UPDATE devshare.directory_user SET status = 'closed'")
            #expect(try await makeRebuild(harness).differences().isEmpty)
            try await append.execute(script: "ROLLBACK")
            await append.close()
        }
    }

    private func makeRebuild(_ harness: Harness, _ patience: SwapRetryPolicy = SwapRetryPolicy()) -> ReadModelRebuild {
        var rebuild = ReadModelRebuild(connectionString: harness.database.connectionString)
        rebuild.patience = patience
        return rebuild
    }

    private func expectRefusal(_ beginning: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
            Issue.record("it was not refused")
        } catch let error as EngineError {
            #expect(error.code == .databaseUnavailable)
            #expect(error.detail.hasPrefix(beginning), "\(error)")
        }
    }

    /// Names and definitions of keys and indexes, and all comments.
    private func shape(_ harness: Harness) async throws -> [String] {
        try await harness.query(
            """
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'devshare'
            UNION ALL
            SELECT c.relname || ' ' || coalesce(d.objsubid, 0) || ' ' || coalesce(d.description, '')
              FROM pg_class c LEFT JOIN pg_description d ON d.objoid = c.oid
             WHERE c.relnamespace = 'devshare'::regnamespace
            ORDER BY 1
            """
        ).rows.map { try $0.decode(0, as: String.self) }
    }
}
