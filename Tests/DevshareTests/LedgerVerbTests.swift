import Canonical
import Foundation
import TestSupport
import Testing

@Suite(.fewAtOnce) struct LedgerVerbTests {
    private static var now: String { Timestamp.now.description }

    @Test func aLedgerWhoseTimeIsRightIsLeftAsItIs() async throws {
        let (program, _) = try await Program.ready()
        let before = try await program.run("events", "tail").output
        let outcome = try await program.run("ledger", "repair-clock", "--now", Self.now, "--reason", "to be sure")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output == "no event has a time that has not come; nothing was recorded\n")
        #expect(try await program.json("ledger", "repair-clock", "--now", Self.now, "--reason", "x").first?["repaired"] == false)
        #expect(try await program.run("events", "tail").output == before)
    }

    @Test func aLedgerThatIsAheadIsSetRightAndTheAuditShowsByWhomAndWhy() async throws {
        let (program, database) = try await Program.ready()
        let directory = try temporaryFile("d.jsonl", SmallDirectory.jsonLines)
        let owner = try await database.connect()
        _ = try await owner.query("UPDATE devshare.ledger SET recorded_at = clock_timestamp() + interval '1 day'")
        await owner.close()
        let refused = try await program.run("directory", "import", directory)
        #expect(refused.status != 0)
        #expect(refused.error.contains("clock-behind"), "\(refused.error)")
        #expect(refused.error.contains("devshare ledger repair-clock"), "\(refused.error)")
        let repaired = try await program.run(
            "ledger", "repair-clock", "--now", Self.now, "--actor", "a.chan", "--reason", "db1 started with a wrong clock")
        #expect(repaired.status == 0, "\(repaired.error)")
        let line = "a.chan set the ledger's time right, which explains the step back"
        #expect(repaired.output.contains(line) && repaired.output.contains("(db1 started with a wrong clock)"))
        #expect(try await program.run("directory", "import", directory).status == 0)
        let verified = try await program.run("audit", "verify")
        #expect(verified.status == 0, "\(verified.error)")
        #expect(verified.output.contains(line))
        #expect(!verified.output.contains("warning:"), "\(verified.output)")
        #expect(try await program.run("events", "tail", "--limit", "0").output.contains("clock-repaired"))
    }

    @Test func aReasonIsNeeded() async throws {
        let (program, _) = try await Program.ready()
        #expect(try await program.run("ledger", "repair-clock").status == 64)
        let blank = try await program.run("ledger", "repair-clock", "--now", Self.now, "--reason", " ")
        let mistaken = try await program.run("ledger", "repair-clock", "--now", "2020-01-01T00:00:00Z", "--reason", "x")
        #expect(mistaken.status == 64 && mistaken.error.contains("Set the clock right first"), "\(mistaken.error)")
        #expect(blank.status == 1 && blank.error.hasPrefix("invalid-input: "), "\(blank.error)")
    }
}
