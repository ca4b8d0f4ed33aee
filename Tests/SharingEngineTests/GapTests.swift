import DeviceSharing
import EventLog
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct GapTests {
    /// What is left of it would look like a state.
    @Test func aStreamThatLacksAnEventIsFoldedByNobody() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let user = UserID(trusted: "u")
            let context = CommandContext(actor: Actor(id: "operator", role: .operator), idempotencyKey: "key")
            for entity in ["E-1", "E-2"] { try await harness.user("u", entity: entity) }
            let closing = try CommandEnvelope(.closeUser(user), context)
            _ = try await engine.perform(closing.command, as: context)
            let head = try await engine.log.head()
            let owner = try await harness.database.connect()
            try await owner.execute(
                script: """
                    SET session_replication_role = replica; DELETE FROM devshare.event WHERE stream = 'user/u' AND version = 2
                    """)
            await owner.close()
            let receipts = ReceiptReader(ledger: engine.log.ledger, pool: engine.log.pool)
            let record = try #require(try await receipts.record(ofKey: "key"))
            for fold in [
                { _ = try await engine.user(user) },
                { _ = try await engine.log.replay(.user(user)) },
                { _ = try await engine.loader.load([.user(user)]) },
                { _ = try await engine.log.foldLedger(through: head) },
                { _ = try await receipts.receipt(record, repeating: closing) },
            ] as [@Sendable () async throws -> Void] {
                let error = await #expect(throws: EventLogError.self) { try await fold() }
                #expect(error?.code == .gapInLog)
                #expect(error?.position == head)
            }
        }
    }
}
