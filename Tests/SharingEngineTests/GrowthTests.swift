import Canonical
import DeviceSharing
import PostgreSQL
import SharingEngine
import TestSupport
import Testing

@Suite("Readers are told that the log has grown", .timeLimit(.minutes(2)), .fewAtOnce)
struct GrowthTests {
    @Test("Given a command, a listener of the database is notified after its commit, though the engine ends at once")
    func aListenerIsNotified() async throws {
        let database = try await TestDatabase.migrated()
        let listener = try await database.connect()
        let channel: String = try await listener.query("SELECT 'devshare_ledger_' || ledger FROM devshare.ledger").rows[0].decode(
            0)
        let notifications = try await listener.notifications(on: channel)
        try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
            try await Harness(database: database, engine: engine).user("alice", entity: "E-1")
        }
        for try await _ in notifications { break }
        let head: Int64 = try await listener.query("SELECT position FROM devshare.ledger").rows[0].decode(0)
        #expect(head == 1)
    }
}
