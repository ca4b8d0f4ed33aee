import DeviceSharing
import EligibilityPolicy
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine

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
            _ = try await harness.query("DELETE FROM devshare.participant WHERE user_id = 'carol'")
            #expect(
                try await rebuild.differences() == [
                    ReadModelRebuild.Difference(readModel: "participant", missing: 1, unexpected: 0),
                    ReadModelRebuild.Difference(readModel: "share_request", missing: 1, unexpected: 1),
                ])

            try await rebuild.run()
            #expect(try await rebuild.differences().isEmpty)
            #expect(try await shape(harness) == before)
            #expect(try await harness.engine.request(request.id)?.state == .active)
            // The engine goes on with the new tables, and so does its role.
            _ = try await harness.engine.perform(
                .endSharing(request.id, reason: .stoppedByOwner, note: nil), as: CommandContext(actor: Harness.portal))
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
