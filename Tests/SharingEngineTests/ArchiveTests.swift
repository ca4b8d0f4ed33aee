import Canonical
import DeviceSharing
import Foundation
import PostgreSQL
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct ArchiveTests {
    /// A log whose requests are finished but for the last one, sealed, with an export of all of it.
    private struct Finished {
        let log: AuditedLog
        let open: ShareRequestID
        let file: [UInt8]

        static func make(_ log: AuditedLog? = nil) async throws -> Finished {
            let log = if let log { log } else { try await AuditedLog.make(rounds: 3) }
            let open = try #require(log.requests.last)
            let file = try await withEngine(on: log) { engine in
                for request in log.requests.dropLast() {
                    let portal = CommandContext(actor: Harness.portal)
                    switch try await engine.shareRequest(request).state {
                    case .active:
                        _ = try await engine.perform(.endSharing(request, reason: .stoppedByRequester, note: nil), as: portal)
                    case .compliancePending: _ = try await engine.perform(.withdraw(request, note: nil), as: portal)
                    default: break
                    }
                }
                return try await sealedExport(engine, log)
            }
            return Finished(log: log, open: open, file: file)
        }

        /// Everything so far.
        static func sealedExport(_ engine: SharingEngine, _ log: AuditedLog) async throws -> [UInt8] {
            let head = try await engine.log.head()
            let sealing = SealingService(engine.log, SealingConfiguration(signers: [log.key]))
            try await eventually("all is sealed") {
                _ = try await sealing.seal()
                return try await engine.log.checkpoint(covering: head) != nil
            }
            return try await EvidenceText.export(engine, EvidenceSelection(positions: 1...head.rawValue))
        }
    }

    /// An engine with the rights of the schema's owner, beside which a superuser may do what it likes.
    private static func withEngine<Value: Sendable>(
        on log: AuditedLog, _ body: @Sendable @escaping (SharingEngine) async throws -> Value
    ) async throws -> Value {
        try await SharingEngine.withEngine(Harness.configuration(log.database), body)
    }

    private static func archive(_ file: [UInt8], _ log: AuditedLog) throws -> ArchiveFile {
        var reader = ArchiveReader(trusting: [log.key.verifier])
        for line in try EvidenceText.lines(of: file) { try reader.add(line) }
        return try reader.end()
    }

    private static func attach(_ file: [UInt8], _ engine: SharingEngine) async throws -> Int64 {
        try await EventArchive(engine).attach { attachment in
            for line in try EvidenceText.lines(of: file) { try await attachment.add(line) }
        }
    }

    /// Every byte of the log up to the file's end.
    private static func bytes(of log: AuditedLog, through last: Int64) async throws -> String {
        try await log.value(
            "SELECT string_agg(e::text, E'\\n' ORDER BY position) FROM devshare.event e WHERE position <= \(last)")
    }

    @Test func whatLeavesComesBackByteForByteAndTheTreeIsWholeMeanwhile() async throws {
        let finished = try await Finished.make()
        let log = finished.log
        let archive = try Self.archive(finished.file, log)
        let before = try await log.verify { $0.demandsCover = false }
        let bytes = try await Self.bytes(of: log, through: archive.run.positions.upperBound)
        let expected: Int64 = try await log.value(
            "SELECT count(*) FROM devshare.event WHERE stream LIKE 'share-request/%' AND stream <> 'share-request/\(finished.open)'"
        )
        #expect(archive.run.positions == 1...before.events)
        #expect(archive.digest == Digest(sha256: finished.file))

        try await Self.withEngine(on: log) { engine in
            let detach = EventArchive(engine)
            #expect(try await detach.detach(archive) == expected)
            #expect(try await detach.detach(archive) == 0, "it is done already")
            let entry = try #require(try await engine.log.archives().first)
            #expect(entry.archive.isDetached)
            #expect(try await engine.log.detachedEvents(of: entry) == expected)

            let report = try await log.verify { $0.demandsCover = false }
            #expect(report.findings == [])
            #expect(report.detached == expected)
            #expect(report.decisions == 1, "of the request that is open")
            // Proofs of what has left are what they were.
            let proof = try await engine.log.inclusionProof(of: Position(rawValue: 9), inTreeOfSize: UInt64(before.events))
            let root = try await engine.log.root(ofTreeOfSize: UInt64(before.events))
            try proof.proof.verify(leafHash: proof.leafHash, index: 8, size: proof.size, root: root)

            #expect(try await Self.attach(finished.file, engine) == expected)
            let attached = try #require(try await engine.log.archives().first)
            #expect(!attached.archive.isDetached)
            #expect(try await engine.log.detachedEvents(of: attached) == 0)
        }
        #expect(try await Self.bytes(of: log, through: archive.run.positions.upperBound) == bytes)
        let after = try await log.verify { $0.demandsCover = false }
        #expect(after.findings == [])
        #expect(after.detached == 0)
        #expect(after.decisions == before.decisions)
    }

    @Test func theEngineGoesOnAndSaysWhatIsInAnArchive() async throws {
        let finished = try await Finished.make()
        let log = finished.log
        let archive = try Self.archive(finished.file, log)
        try await Self.withEngine(on: log) { engine in
            _ = try await EventArchive(engine).detach(archive)
            let gone = try #require(log.requests.first)
            let harness = Harness(database: log.database, engine: engine)

            func detached(_ what: String, _ body: () async throws -> Void) async {
                let error = await #expect(throws: (any Error).self, "\(what)") { try await body() }
                #expect(error.map { EngineError(caught: $0).code } == .dataInArchive, "\(what): \(String(describing: error))")
            }
            await detached("the request") { _ = try await engine.shareRequest(gone) }
            await detached("its dossier") { _ = try await engine.dossier(of: gone) }
            await detached("its story") { _ = try await engine.log.account(of: gone, language: .english) }
            await detached("a replay") { _ = try await engine.log.replay(.shareRequest(gone)) }
            await detached("a command") {
                _ = try await engine.perform(.withdraw(gone, note: nil), as: CommandContext(actor: Harness.portal))
            }
            await detached("a rebuild") {
                _ = try await ReadModelRebuild(connectionString: log.database.connectionString).differences()
            }
            await detached("an export") {
                _ = try await EvidenceText.export(engine, EvidenceSelection(streams: [.shareRequest(gone)]))
            }

            // Others of the same batch are none the worse.
            let note = Command.note(finished.open, text: "seen")
            await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        _ = try await engine.perform(note, as: CommandContext(actor: Harness.officer))
                    }
                    group.addTask {
                        let refused = await #expect(throws: EngineError.self) {
                            try await engine.perform(.withdraw(gone, note: nil), as: CommandContext(actor: Harness.portal))
                        }
                        #expect(refused?.code == .dataInArchive)
                    }
                }
                await #expect(throws: Never.self) { try await group.waitForAll() }
            }

            // What does not need them goes on.
            let page = try await engine.eventPage(after: .start, types: [], limit: 500)
            #expect(page.events.contains { $0.event == nil && $0.json["data"] == nil })
            #expect(try await engine.request(gone)?.state == .ended)
            #expect(try await engine.shareRequest(finished.open).id == finished.open)
            try await harness.user("later", entity: "one0")
            #expect(try await harness.submit("later", "b0", "d0").request?.state == .active)
        }
        #expect(try await log.verify { $0.demandsCover = false }.findings == [])
    }

    @Test func decisionsInAnArchiveArePassedOverAndCounted() async throws {
        let finished = try await Finished.make()
        let archive = try Self.archive(finished.file, finished.log)
        try await Self.withEngine(on: finished.log) { engine in
            let policy = try #require(engine.activePolicy)
            let (whole, replayed) = (
                try await Backtest(engine.log, candidate: policy).run(), try await DecisionReplay(engine.log).run()
            )
            #expect(whole.tally.requests == finished.log.requests.count && whole.inArchive == 0)
            _ = try await EventArchive(engine).detach(archive)

            let left = try await Backtest(engine.log, candidate: policy).run()
            #expect(left.isComplete && left.tally.requests == 1 && left.inArchive == whole.tally.requests - 1)
            #expect(left.tally[.approve, .approve] + left.tally[.review, .review] + left.tally[.reject, .reject] == 1)
            let replay = try await DecisionReplay(engine.log).run()
            #expect(replay.decisions == 1 && replay.differences == 0)
            #expect(replay.inArchive >= replayed.decisions - 1, "an officer's rejection rests on no decision by policy")
        }
    }

    /// Nobody can make what is missing look as if it were in an archive.
    @Test func whatIsMissingWithoutAnArchiveIsNamedByItsPosition() async throws {
        let finished = try await Finished.make()
        let archive = try Self.archive(finished.file, finished.log)
        let user: Int64 = try await finished.log.value("SELECT min(position) FROM devshare.event WHERE stream LIKE 'user/%'")
        let request: Int64 = try await finished.log.value(
            "SELECT min(position) FROM devshare.event WHERE stream LIKE 'share-request/%'")

        let openEnd: Int64 = try await finished.log.value(
            "SELECT max(position) FROM devshare.event WHERE stream = 'share-request/\(finished.open)'")

        let untouched = try await finished.log.copy()
        try await untouched.tamper("UPDATE devshare.event SET data = '' WHERE position = \(request)")
        let first = try await untouched.verify().findings.first
        #expect(first?.code == .dataMissing)
        #expect(first?.position == Position(rawValue: request))

        try await Self.withEngine(on: finished.log) { engine in
            _ = try await EventArchive(engine).detach(archive)
        }
        for (sql, position, code) in [
            ("UPDATE devshare.event SET data = '' WHERE position = \(user)", user, AuditFinding.Code.dataMissing),
            (
                "UPDATE devshare.event SET leaf_hash = set_bit(leaf_hash, 7, 1 - get_bit(leaf_hash, 7)) WHERE position = \(request)",
                request, .sealedEventDiffers
            ),
            ("UPDATE devshare.event SET data = '{}' WHERE position = \(request)", request, .sealedEventDiffers),
            ("UPDATE devshare.event SET metadata = '{}' WHERE position = \(request)", 1, .archivedEventDiffers),
            (
                "UPDATE devshare.event SET recorded_at = recorded_at + interval '1 s' WHERE position = \(request)", 1,
                .archivedEventDiffers
            ),
            (
                // A user's event as one more of a request in the archive.
                """
                UPDATE devshare.event e SET data = '', stream = r.stream, version = r.version + 1
                  FROM (SELECT stream, max(version) AS version FROM devshare.event WHERE stream = (
                            SELECT stream FROM devshare.event WHERE position = \(request)) GROUP BY stream) r
                 WHERE e.position = \(user)
                """, 1, .archivedEventDiffers
            ),
            (
                "UPDATE devshare.event SET data = '' WHERE stream = 'share-request/\(finished.open)'", openEnd, .dataMissing
            ),
            ("DELETE FROM devshare.event WHERE stream LIKE 'archive/%'", request, .dataMissing),
        ] {
            let copy = try await finished.log.copy()
            try await copy.tamper(sql)
            let findings = try await copy.verify().findings
            #expect(
                findings.contains { $0.code == code && $0.position == Position(rawValue: position) }, "\(sql): \(findings)")
        }
    }

    @Test func aRequestInAnArchiveHasARowAllTheSame() async throws {
        let finished = try await Finished.make()
        let log = finished.log
        let archive = try Self.archive(finished.file, log)
        try await Self.withEngine(on: log) { engine in
            _ = try await EventArchive(engine).detach(archive)
        }
        let gone = try #require(log.requests.first)
        try await log.tamper("DELETE FROM devshare.share_request WHERE request = '\(gone)'")
        let findings = try await log.verify { $0.demandsCover = false }.findings
        #expect(findings.map(\.code) == [.readModelDiffers])
        #expect(findings.first?.message.contains("lacks the row of \(gone)") == true)
    }

    /// Whoever can write into the database can also write an event that permits what they did; the file tells.
    @Test func anArchiveThatTheLogTellsOtherwiseOfIsFoundByItsFile() async throws {
        let finished = try await Finished.make()
        let log = finished.log
        let archive = try Self.archive(finished.file, log)
        let forged = Archive.Run(positions: archive.run.positions, headers: [Digest(sha256: [])])
        func findings() async throws -> [AuditFinding.Code] {
            try await log.verify {
                $0.archives = [archive]
                $0.demandsCover = false
            }.findings.map(\.code)
        }
        #expect(try await findings() == [.archivedEventDiffers], "the log does not name it yet")
        try await Self.withEngine(on: log) { engine in
            _ = try await engine.perform(.detachEvents(file: archive.digest, forged), as: Harness.operatorContext)
        }
        #expect(try await findings() == [.archivedEventDiffers])
        try await Self.withEngine(on: log) { engine in
            _ = try await EventArchive(engine).detach(archive)
        }
        #expect(try await findings() == [])
    }

    @Test func whatStandsBeforeTheFirstPositionPermitsNothing() async throws {
        let finished = try await Finished.make()
        let archive = try Self.archive(finished.file, finished.log)
        try await Self.withEngine(on: finished.log) { engine in
            _ = try await EventArchive(engine).detach(archive)
        }
        let copy = try await finished.log.copy()
        try await copy.tamper("UPDATE devshare.event SET position = 0 WHERE stream LIKE 'archive/%'")
        let codes = try await copy.verify().findings.map(\.code)
        #expect(codes.contains(.dataMissing) && codes.contains(.headDiffers), "\(codes)")
    }

    @Test func theDatabaseLetsNothingElseHappenToAnEvent() async throws {
        let finished = try await Finished.make()
        let log = finished.log
        let archive = try Self.archive(finished.file, log)
        func refusal(_ sql: String) async -> String? {
            await #expect(throws: PostgreSQLError.self, "\(sql)") { try await log.execute(sql) }?.sqlState?.rawValue
        }
        let request = "(SELECT min(position) FROM devshare.event WHERE stream LIKE 'share-request/%')"
        #expect(await refusal("UPDATE devshare.event SET data = '' WHERE position = \(request)") == "DS005", "no archive has it")

        // What somebody changed must not leave unseen.
        let tampered = try await log.copy()
        try await tampered.tamper("UPDATE devshare.event SET data = replace(data, 'd0', 'd1') WHERE position = \(request)")
        try await Self.withEngine(on: tampered) { engine in
            let error = await #expect(throws: EngineError.self) {
                try await EventArchive(engine).detach(archive)
            }
            #expect(error?.code == .archiveUnusable)
            #expect(error?.detail.contains("are not those that were recorded") == true)
        }

        try await Self.withEngine(on: log) { engine in
            _ = try await EventArchive(engine).detach(archive)
        }
        for stream in ["share-request/\(finished.open)", "user/b0", "device/d0", "policy/device-sharing"] {
            let sql = "UPDATE devshare.event SET data = '' WHERE stream = '\(stream)' AND version = 1"
            #expect(await refusal(sql) == "DS005", "\(stream) stays")
        }
        for change in ["metadata = '{}'", "data = ''", "stream = 'user/x', data = '{}'", "position = position + 1000"] {
            #expect(await refusal("UPDATE devshare.event SET \(change) WHERE position = \(request)") == "DS001", "\(change)")
        }
        #expect(await refusal("UPDATE devshare.event SET data = '{}' WHERE position = \(request)") == "DS005")
        #expect(
            await refusal("SET ROLE devshare_app; SELECT devshare.archive_detach(1, '', 1, 2)")
                == SQLState.insufficientPrivilege.rawValue)
        #expect(await refusal("DELETE FROM devshare.event WHERE position = \(request)") == "DS001")
    }

    @Test func aFileOfAnotherLogIsRefused() async throws {
        let (one, other) = (try await Finished.make(), try await AuditedLog.make(rounds: 1))
        let archive = try Self.archive(one.file, one.log)
        try await Self.withEngine(on: other) { engine in
            let error = await #expect(throws: EngineError.self) {
                try await EventArchive(engine).detach(archive)
            }
            #expect(error?.code == .notSealed || error?.code == .archiveUnusable)
            let unknown = await #expect(throws: EngineError.self) { try await Self.attach(one.file, engine) }
            #expect(unknown?.code == .archiveUnusable)
            let archives = try await engine.log.archives()
            #expect(archives.isEmpty)
        }
    }

    @Test func whoMayNotMoveDataRecordsNothing() async throws {
        let finished = try await Finished.make()
        let archive = try Self.archive(finished.file, finished.log)
        try await finished.log.execute("CREATE ROLE clerk LOGIN IN ROLE devshare_app")
        var configuration = Harness.configuration(finished.log.database)
        configuration.connectionString += " user=clerk"
        try await SharingEngine.withEngine(configuration) { engine in
            let error = await #expect(throws: EngineError.self) {
                try await EventArchive(engine).detach(archive)
            }
            #expect(error?.code == .archiveUnusable)
            let archives = try await engine.log.archives()
            #expect(archives.isEmpty)
        }
    }

    /// Requests that go on behind the file's end stay whole.
    @Test func aRequestThatGoesOnBehindTheFileStays() async throws {
        let log = try await AuditedLog.make(rounds: 1)
        let early = try await Self.withEngine(on: log) { try await Finished.sealedExport($0, log) }
        let finished = try await Finished.make(log)
        let archive = try Self.archive(early, log)
        try await Self.withEngine(on: finished.log) { engine in
            try await Self.expectRefusal(of: archive, engine)
            let first = try #require(log.requests.first)
            #expect(try await engine.shareRequest(first).state == .ended)
        }
    }

    /// The proof of one request has its events, but no run in which the request lies as a whole.
    @Test func theProofOfOneRequestIsNoArchive() async throws {
        let finished = try await Finished.make()
        let log = finished.log
        try await Self.withEngine(on: log) { engine in
            let first = try #require(log.requests.first)
            #expect(try await engine.shareRequest(first).state == .ended)
            let proof = try await EvidenceText.export(engine, EvidenceSelection(streams: [.shareRequest(first)]))
            try await Self.expectRefusal(of: try Self.archive(proof, log), engine)
            #expect(try await engine.shareRequest(first).state == .ended)
        }
    }

    @Test func whatLeftForOneArchiveDoesNotLeaveForAnother() async throws {
        let finished = try await Finished.make()
        let log = finished.log
        let archive = try Self.archive(finished.file, log)
        try await Self.withEngine(on: log) { engine in
            let shorter = EvidenceSelection(positions: 3...archive.run.positions.upperBound)
            let other = try Self.archive(try await EvidenceText.export(engine, shorter), log)
            #expect(try await EventArchive(engine).detach(archive) > 0)
            try await Self.expectRefusal(of: other, engine, archives: 1)
            #expect(try await Self.attach(finished.file, engine) > 0)
            #expect(try await EventArchive(engine).detach(other) > 0)
            let archives = try await engine.log.archives()
            #expect(archives.map(\.archive.isDetached) == [false, true])
        }
    }

    /// Nothing of the file can leave, and nothing is recorded.
    private static func expectRefusal(of archive: ArchiveFile, _ engine: SharingEngine, archives: Int = 0) async throws {
        let head = try await engine.log.head()
        let error = await #expect(throws: EngineError.self) {
            try await EventArchive(engine).detach(archive)
        }
        #expect(error?.code == .archiveUnusable)
        #expect(error?.detail.hasPrefix("nothing in this file can leave the log: ") == true)
        #expect(try await engine.log.head() == head)
        #expect(try await engine.log.archives().count == archives)
    }
}
