import Canonical
import EventLog
import Foundation
import PostgreSQL
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine

@Suite(.fewAtOnce) struct VerificationTests {
    @Test func aLogThatNobodyTouchedIsFoundCorrect() async throws {
        let log = try await AuditedLog.make()
        let report = try await log.verify()
        #expect(report.findings == [])
        #expect(report.events == report.sealed)
        #expect(report.checkpoints >= 4)
        #expect(report.decisions == 8)
        #expect(report.streams > 8)
        let root: [UInt8] = try await log.value("SELECT root FROM devshare.checkpoint ORDER BY size DESC LIMIT 1")
        #expect(report.root.bytes == root)
    }

    /// Every column of an event, one byte or bit at a time.
    @Test func anyChangeOfAnEventIsNamedByItsPosition() async throws {
        let log = try await AuditedLog.make(rounds: 2)
        for change in [
            "stream = stream || 'x'", "version = version + 100", "type = type || 'x'",
            "schema_version = schema_version + 1",
            "recorded_at = recorded_at + interval '1 microsecond'",
            "leaf_hash = set_bit(leaf_hash, 77, 1 - get_bit(leaf_hash, 77))",
            "metadata = overlay(metadata PLACING 'x' FROM 5)", "data = overlay(data PLACING '9' FROM 7)",
            "data = data || ' '",
        ] {
            let copy = try await log.copy()
            try await copy.tamper("UPDATE devshare.event SET \(change) WHERE position = 7")
            let report = try await copy.verify()
            #expect(report.findings.first?.position == Position(rawValue: 7), "\(change): \(report.findings)")
        }
    }

    @Test func whatIsDoneToTheLogAsAWholeIsNamedByItsPosition() async throws {
        let log = try await AuditedLog.make(rounds: 3)
        let head: Int64 = try await log.value("SELECT position FROM devshare.ledger")
        let cases: [(String, Int64, AuditFinding.Code)] = [
            ("DELETE FROM devshare.event WHERE position = 5", 5, .positionMissing),
            ("DELETE FROM devshare.event WHERE position BETWEEN 5 AND 9", 5, .positionMissing),
            ("UPDATE devshare.event SET ledger = 2 WHERE position = 6", 6, .positionMissing),
            ("DELETE FROM devshare.event WHERE position = \(head)", head, .checkpointAhead),
            (
                "DELETE FROM devshare.event WHERE position = \(head); UPDATE devshare.ledger SET position = \(head - 1)",
                head, .checkpointAhead
            ),
            (
                """
                UPDATE devshare.event SET position = 1000 WHERE position = 8; UPDATE devshare.event SET position = 8 WHERE position = 9;
                UPDATE devshare.event SET position = 9 WHERE position = 1000
                """, 8, .sealedEventDiffers
            ),
            (
                """
                INSERT INTO devshare.event SELECT ledger, \(head + 1), stream || 'y', 1, type, schema_version, recorded_at, leaf_hash,
                                                  metadata, data FROM devshare.event WHERE position = 4
                """, head + 1, .leafHashDiffers
            ),
            (
                """
                UPDATE devshare.event SET position = position + 1000 WHERE position >= 4;
                UPDATE devshare.event SET position = position - 999 WHERE position >= 1000;
                INSERT INTO devshare.event SELECT ledger, 4, stream || 'y', version, type, schema_version, recorded_at, leaf_hash, metadata,
                                                  data FROM devshare.event WHERE position = 3
                """, 4, .sealedEventDiffers
            ),
            (
                "UPDATE devshare.checkpoint SET note = replace(note, E'\\n\\n', E'\\nmore\\n\\n') WHERE size = \(head)",
                head, .checkpointUntrusted
            ),
        ]
        for (sql, position, code) in cases {
            let copy = try await log.copy()
            try await copy.tamper(sql)
            let report = try await copy.verify()
            #expect(report.findings.first?.position == Position(rawValue: position), "\(sql): \(report.findings)")
            #expect(report.findings.first?.code == code, "\(sql): \(report.findings)")
        }
    }

    /// Somebody who knows how leaf hashes and tiles are made, but has not the key.
    @Test func aTailThatWasRewrittenWithItsHashesIsFound() async throws {
        let log = try await AuditedLog.make(rounds: 3)
        let rewritten = try await log.copy()
        try await rewritten.rewriteTail(from: 12)
        let report = try await rewritten.verify()
        #expect(report.findings.first?.position == Position(rawValue: 12), "\(report.findings)")
        #expect(report.findings.first?.code == .sealedEventDiffers)

        // With the tree made new as well, the signed roots give it away, from the last checkpoint that still holds.
        try await rewritten.rewriteTiles()
        let whole = try await rewritten.verify()
        #expect(whole.findings.first?.code == .checkpointDiffers, "\(whole.findings)")
        let good: Int64 = try await rewritten.value(
            "SELECT coalesce(max(size), 0) FROM devshare.checkpoint WHERE size < 12")
        #expect(whole.findings.first?.position == Position(rawValue: good + 1))
    }

    @Test func everyRowOfTheReadModelsIsCompared() async throws {
        let log = try await AuditedLog.make(rounds: 2)
        for sql in [
            "UPDATE devshare.directory_user SET entity = 'other' WHERE user_id = 'a1'",
            "DELETE FROM devshare.directory_user WHERE user_id = 'b0'",
            "INSERT INTO devshare.directory_user SELECT ledger, 'zz', entity, entity_kind, registered_at, status FROM devshare.directory_user LIMIT 1",
            "UPDATE devshare.device SET activated_at = NULL WHERE device_id = 'd1'",
            "DELETE FROM devshare.device WHERE device_id = 'd0'",
            "UPDATE devshare.share_request SET reasons = '{}' WHERE state = 'compliance-pending'",
            "UPDATE devshare.share_request SET decided_at = decided_at + interval '1 microsecond' WHERE state = 'active'",
            "DELETE FROM devshare.share_request",
        ] {
            let copy = try await log.copy()
            try await copy.tamper(sql)
            let report = try await copy.verify()
            #expect(
                !report.findings.isEmpty && report.findings.allSatisfy { $0.code == .readModelDiffers },
                "\(sql): \(report.findings)")
        }
    }

    @Test func tilesAreCompared() async throws {
        let log = try await AuditedLog.make(rounds: 2)
        for sql in [
            "DELETE FROM devshare.tile", "UPDATE devshare.tile SET hashes = substring(hashes FROM 1 FOR 96)",
            "UPDATE devshare.tile SET hashes = overlay(hashes PLACING '\\x0102' FROM 70)",
        ] {
            let copy = try await log.copy()
            try await copy.tamper(sql)
            #expect(try await !copy.verify().findings.isEmpty, "\(sql)")
        }
    }

    @Test func anActivationThatCannotBeReadIsNamedToo() async throws {
        let copy = try await AuditedLog.make(rounds: 2).copy()
        let position: Int64 = try await copy.value("SELECT min(position) FROM devshare.event WHERE type = 'policy-activated'")
        try await copy.tamper("UPDATE devshare.event SET schema_version = 99 WHERE position = \(position)")
        let report = try await copy.verify()
        #expect(report.findings.first?.position == Position(rawValue: position), "\(report.findings)")
    }

    /// A hundred changes at random, each of which must be found, and where it was made.
    @Test func aHundredRandomTamperingsAreFoundWhereTheyWereMade() async throws {
        var random = SeededGenerator()
        let log = try await AuditedLog.make(rounds: 3)
        let head = Int(try await log.value("SELECT position FROM devshare.ledger") as Int64)
        let copy = try await log.copy()
        try await copy.execute(
            "CREATE TABLE public.kept AS TABLE devshare.event; CREATE TABLE public.head AS TABLE devshare.ledger")
        for round in 0..<SeededGenerator.rounds(100) {
            let position = random.below(head) + 1
            let (sql, first) = Self.tampering(position, head, &random)
            if let sql { try await copy.tamper(sql) } else { try await copy.rewriteTail(from: Int64(position)) }
            let report = try await copy.verify { $0.checksReadModels = false }
            #expect(
                report.findings.first?.position == Position(rawValue: Int64(first)),
                "round \(round), \(random): \(sql ?? "a new tail from \(position)"): \(report.findings.prefix(3))")
            try await copy.tamper(
                """
                TRUNCATE devshare.event; INSERT INTO devshare.event TABLE public.kept;
                UPDATE devshare.ledger l SET position = h.position FROM public.head h WHERE h.ledger = l.ledger
                """)
        }
        #expect(try await copy.verify().findings == [])
    }

    /// SQL, and the first position that it makes wrong; no SQL where the tail is to be rewritten with its hashes.
    private static func tampering(_ position: Int, _ head: Int, _ random: inout SeededGenerator) -> (String?, Int) {
        let at = "WHERE position = \(position)"
        switch random.below(13) {
        case 0: return ("DELETE FROM devshare.event \(at)", position)
        case 1: return ("UPDATE devshare.event SET version = version + \(random.below(9) + 1) * 1000 \(at)", position)
        case 2:
            return (
                "UPDATE devshare.event SET recorded_at = recorded_at + interval '\(random.below(9) + 1) microseconds' \(at)",
                position
            )
        case 3: return ("UPDATE devshare.event SET schema_version = schema_version + 1 \(at)", position)
        case 4:
            let bit = random.below(256)
            return (
                "UPDATE devshare.event SET leaf_hash = set_bit(leaf_hash, \(bit), 1 - get_bit(leaf_hash, \(bit))) \(at)",
                position
            )
        case 5:
            let other = position == 1 ? 2 : random.below(position - 1) + 1
            return (
                """
                UPDATE devshare.event SET position = -1 \(at); UPDATE devshare.event SET position = \(position) WHERE position = \(other);
                UPDATE devshare.event SET position = \(other) WHERE position = -1
                """, min(position, other)
            )
        case 6: return ("UPDATE devshare.event SET position = position + \(head) \(at)", position)
        case 7: return ("UPDATE devshare.event SET stream = stream || 'x' \(at)", position)
        case 8: return ("UPDATE devshare.event SET metadata = metadata || ' ' \(at)", position)
        case 9:
            return (
                """
                INSERT INTO devshare.event SELECT ledger, -1, stream || 'y', version, type, schema_version, recorded_at, leaf_hash,
                                                  metadata, data FROM devshare.event WHERE position = \(random.below(head) + 1);
                UPDATE devshare.event SET position = position + 1000000 WHERE position >= \(position);
                UPDATE devshare.event SET position = position - 999999 WHERE position >= 1000000;
                UPDATE devshare.event SET position = \(position) WHERE position = -1
                """, position
            )
        // An old backup, in which checkpoints and tiles were left.
        case 10:
            return (
                "DELETE FROM devshare.event WHERE position >= \(position); UPDATE devshare.ledger SET position = \(position - 1)",
                position
            )
        case 11: return (nil, position)
        default: return ("UPDATE devshare.event SET data = '\(random.below(10))' || data \(at)", position)
        }
    }

    /// Of all that a superuser can do this leaves the least behind.
    @Test func aLogWithoutItsCheckpointsIsNotTakenForASignedOne() async throws {
        let log = try await AuditedLog.make(rounds: 2)
        let sizes: Int64 = try await log.value("SELECT count(*) FROM devshare.checkpoint")
        #expect(sizes > 1)
        let notes: String = try await log.value("SELECT note FROM devshare.checkpoint ORDER BY size LIMIT 1")
        let kept = try Checkpoint.open(SignedNote(parsing: notes), trusting: [log.key.verifier])
        #expect(try await log.verify { $0.kept = [kept] }.findings == [])

        let without = try await log.copy()
        try await without.tamper("DELETE FROM devshare.checkpoint; DELETE FROM devshare.tile")
        let found = try await without.verify { $0.kept = [kept] }.findings
        #expect(found.map(\.code) == [.positionNotSealed, .checkpointMissing], "\(found)")
        #expect(found.first?.position == Position(rawValue: 1))
        #expect(try await without.verify { $0.keys = [] }.findings == [], "without a key nothing was to be signed")

        let last = try await log.copy()
        try await last.tamper("DELETE FROM devshare.checkpoint WHERE size = (SELECT max(size) FROM devshare.checkpoint)")
        let end = try await last.verify().findings
        let sealed: Int64 = try await last.value("SELECT max(size) FROM devshare.checkpoint")
        #expect(end.first?.code == .positionNotSealed && end.first?.position == Position(rawValue: sealed + 1), "\(end)")

        let forked = try Checkpoint(origin: kept.origin, size: kept.size, root: Digest(sha256: [7]))
        let two = try await log.verify { $0.kept = [forked] }.findings
        #expect(two.map(\.code) == [.checkpointDiffers], "\(two)")
    }

    @Test func theLogsNameIsThatOfItsKeyUnlessAnotherIsGiven() async throws {
        let log = try await AuditedLog.make(rounds: 1)
        let report = try await log.verify { $0.origin = "test.example/other" }
        #expect(report.findings.first?.code == .checkpointUntrusted)
        #expect(try await log.verify { $0.origin = "test.example/log" }.findings == [])
    }

    @Test func timesThatRunBackAreAWarning() async throws {
        let log = try await AuditedLog.make(rounds: 1)
        #expect(try await log.verify().runsBack == nil)
        let copy = try await log.copy()
        try await copy.tamper(
            "UPDATE devshare.event SET recorded_at = recorded_at - interval '2 minutes' WHERE position = 6")
        let report = try await copy.verify()
        #expect(report.runsBack == Position(rawValue: 6) && report.runsBackCount == 1)
        var (first, second) = (EventTimes(), EventTimes())
        let moment = Timestamp(microseconds: 0)
        first.add(moment, at: Position(rawValue: 1))
        second.add(moment.advanced(by: .seconds(-61)), at: Position(rawValue: 2))
        second.add(moment, at: Position(rawValue: 3))
        first.add(second)
        #expect(first.first == Position(rawValue: 2) && first.count == 1, "from one run to the next")
    }

    @Test func timesThatRunBackWhereTheClockWasRepairedAreExplained() {
        /// Times in seconds; `nil` before a time says that the event is a repair.
        func times(_ seconds: [(Int64, isRepair: Bool)], from first: Int64) -> EventTimes {
            var times = EventTimes()
            for (index, entry) in seconds.enumerated() {
                times.add(
                    Timestamp(microseconds: entry.0 * 1_000_000), at: Position(rawValue: first + Int64(index)),
                    isRepair: entry.isRepair)
            }
            return times
        }
        func events(_ seconds: Int64...) -> [(Int64, isRepair: Bool)] { seconds.map { ($0, false) } }
        let repair: [(Int64, isRepair: Bool)] = [(10, true)]
        let explained = events(0, 86_400) + repair + events(11, 20)
        #expect(times(explained, from: 1).first == nil)
        // The same, cut into two runs at every place.
        for cut in 0...explained.count {
            var whole = times(Array(explained[..<cut]), from: 1)
            whole.add(times(Array(explained[cut...]), from: Int64(cut) + 1))
            #expect(whole.first == nil && whole.latest == Timestamp(microseconds: 20_000_000), "cut at \(cut)")
        }
        // A repair explains no other step back, before it or behind it.
        #expect(times(events(86_400, 0) + repair, from: 1).first == Position(rawValue: 2))
        var behind = times(explained, from: 1)
        behind.add(times(events(-100), from: 6))
        #expect(behind.first == Position(rawValue: 6) && behind.count == 1)
    }

    /// Where the log ends and what the read models hold is taken at one moment.
    @Test func commandsMayGoOnMeanwhile() async throws {
        try await Harness.run { harness in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0... {
                        try Task.checkCancellation()
                        try await harness.user("u\(number)", entity: "e\(number / 2)")
                        try await harness.device("d\(number)", of: "u\(number)")
                    }
                }
                var seen: Set<Int64> = []
                while seen.count < 5 {
                    let report = try await LogVerification(Harness.configuration(harness.database).settings).run()
                    #expect(report.findings == [])
                    seen.insert(report.events)
                }
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
        }
    }

    @Test func aVerificationGoesOnWhereItStopped() async throws {
        let state = VerificationState(
            ledger: "default", frontier: Frontier(), lastGood: 3, decisions: 2, checkpoints: 1)
        #expect(VerificationState(json: state.json) == state)
        #expect(VerificationState(json: ["ledger": "default", "size": 3, "peaks": []]) == nil)
        let log = try await AuditedLog.make(rounds: 1)
        let report = try await LogVerification(Harness.configuration(log.database).settings).run(from: state)
        #expect(report.decisions == 4)
    }
}

extension AuditedLog {
    /// Changes the events from a position on, and makes their leaf hashes fit.
    func rewriteTail(from position: Int64) async throws {
        try await tamper(
            "UPDATE devshare.event SET recorded_at = recorded_at + interval '1 hour' WHERE position >= \(position)")
        let pool = database.pool()
        let ledger = try await LedgerDirectory(pool: pool).ledger(named: "default")
        let events = try await EventReader(ledger: ledger, pool: pool).events(after: Position(rawValue: position - 1))
        await pool.shutdown()
        for event in events {
            try await tamper(
                "UPDATE devshare.event SET leaf_hash = '\\x\(event.computedLeafHash(in: ledger))' WHERE position = \(event.position)"
            )
        }
    }

    /// Makes the tiles fit the leaf hashes, for logs of at most 256 events.
    func rewriteTiles() async throws {
        try await tamper(
            """
            UPDATE devshare.tile
               SET hashes = (SELECT string_agg(leaf_hash, ''::bytea ORDER BY position) FROM devshare.event WHERE position <= octet_length(hashes) / 32)
             WHERE level = 0
            """)
    }
}
