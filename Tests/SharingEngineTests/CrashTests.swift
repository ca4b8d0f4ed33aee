import Canonical
import DeviceSharing
import EligibilityPolicy
import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("kill -9 at random moments under load", .fewAtOnce, .timeLimit(.minutes(15)))
struct CrashTests {
    /// Rounds; more with DEVSHARE_TEST_CRASHES.
    private static let rounds = ProcessInfo.processInfo.environment["DEVSHARE_TEST_CRASHES"].flatMap { Int($0) } ?? 20
    private static let callers = 12

    @Test("of the engine and of the database: what was acknowledged is there once, and nothing is half there")
    func crashes() async throws {
        var generator = SeededGenerator()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "devshare-crash-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        var server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        // The server's socket moves with each start; a worker that lives on finds it behind this link.
        let link = URL(fileURLWithPath: "/tmp/\(folder.lastPathComponent).link")
        defer { try? FileManager.default.removeItem(at: link) }
        try Self.point(link, at: server)
        let connectionString = "host='\(link.path)' port=5432 dbname=\(server.database) user=\(server.user)"
        let start = Timestamp.now
        try await prepare(connectionString)

        var acknowledged: [WorkerProcess.Acknowledgement] = []
        for round in 1...Self.rounds {
            let worker = try WorkerProcess(connectionString, consentGivenAt: start, numbers: Self.numbers(after: acknowledged))
            defer { worker.kill() }
            let killsDatabase = !generator.once(in: 3)
            let (first, second) = (1 + generator.below(150), 1 + generator.below(60))
            let seen = try await worker.acknowledgements(after: first) {
                if killsDatabase {
                    try await Self.killAll(server)
                    server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
                    try Self.point(link, at: server)
                    try await Self.waitForKeys(second, beyond: connectionString)
                }
                worker.kill()
            }
            acknowledged += seen
            #expect(seen.count >= first, "round \(round), \(generator)")
        }

        // Whatever was under way at the last strike is repeated once more by a caller with the same keys.
        let last = try WorkerProcess(connectionString, consentGivenAt: start, numbers: Self.numbers(after: acknowledged))
        defer { last.kill() }
        acknowledged += try await last.acknowledgements(after: Self.callers * 3) { last.kill() }
        try await check(connectionString, acknowledged, "\(generator)")
        try await server.stop()
    }

    private func prepare(_ connectionString: String) async throws {
        _ = try await Installation(connectionString: connectionString).migrate()
        try await SharingEngine.withEngine(EngineConfiguration(connectionString: connectionString)) { engine in
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            for caller in 0..<Self.callers {
                for user in ["requester-\(caller)", "owner-\(caller)"] {
                    let record = RecordUser(
                        user: UserID(trusted: user), entity: EntityID(trusted: "entity-\(caller)"), entityKind: .individual,
                        registeredAt: Harness.longAgo)
                    _ = try await engine.perform(.recordUser(record), as: Harness.operatorContext)
                }
                let record = RecordDevice(
                    device: DeviceID(trusted: "device-\(caller)"), holder: UserID(trusted: "owner-\(caller)"), kind: "dsc-plus",
                    activatedAt: Harness.longAgo)
                _ = try await engine.perform(.recordDevice(record), as: Harness.operatorContext)
            }
        }
    }

    /// Each caller goes on at the first number whose end it does not know of.
    private static func numbers(after acknowledged: [WorkerProcess.Acknowledgement]) -> [Int] {
        var numbers = Array(repeating: 0, count: callers)
        for acknowledgement in acknowledged {
            let parts = acknowledgement.key.split(separator: "-")
            guard parts.first == "end", let caller = Int(parts[1]), let number = Int(parts[2]) else { continue }
            numbers[caller] = max(numbers[caller], number + 1)
        }
        return numbers
    }

    private static func point(_ link: URL, at server: EmbeddedPostgres) throws {
        // One step: a worker that connects meanwhile finds the old server's socket or the new one's.
        let fresh = URL(fileURLWithPath: link.path + ".new")
        try FileManager.default.createSymbolicLink(at: fresh, withDestinationURL: server.socketDirectory)
        guard rename(fresh.path, link.path) == 0 else { throw POSIXError(.EIO) }
    }

    /// The postmaster and every process of its, at once, as when the machine fails.
    private static func killAll(_ server: EmbeddedPostgres) async throws {
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        let children = processes.filter { process in
            guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
            // The name, which may hold blanks, ends at the last parenthesis; then come the state and the parent.
            return status.split(separator: ")").last?.split(separator: " ").dropFirst().first.flatMap { Int32($0) }
                == server.processIdentifier
        }
        for process in [server.processIdentifier] + children { kill(process, SIGKILL) }
        // What has been killed serves for another moment; a start within it would join what is as good as dead.
        while FileManager.default.fileExists(atPath: "/proc/\(server.processIdentifier)") { await Task.yield() }
    }

    /// Until the worker that lived on has carried out so many more commands.
    private static func waitForKeys(_ count: Int, beyond connectionString: String) async throws {
        let pool = Pool(
            configuration: PoolConfiguration(connection: ConnectionConfiguration(connectionString: connectionString)))
        var before: Int?
        while true {
            do {
                let keys: Int = try await pool.withConnection { connection in
                    try await connection.query("SELECT count(*) FROM devshare.idempotency_record").rows[0].decode(0)
                }
                if let before, keys >= before + count { break }
                before = before ?? keys
            } catch let error as PostgreSQLError where error.isRetryable {
                await Task.yield()  // the server has only just recovered
            }
        }
        await pool.shutdown()
    }

    // MARK: What must hold

    private func check(
        _ connectionString: String, _ acknowledged: [WorkerProcess.Acknowledgement], _ seed: String
    ) async throws {
        let connection = try await Connection.connect(ConnectionConfiguration(connectionString: connectionString))
        // What a killed worker had sent, the database may still be carrying out.
        try await eventually("nobody else is at work", within: .seconds(60)) {
            let others: Int = try await connection.query(
                """
                SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                """
            ).rows[0].decode(0)
            return others == 0
        }
        var recorded: [String: Range<Int64>] = [:]
        for row in try await connection.query("SELECT key, first_position, last_position FROM devshare.idempotency_record").rows {
            let (first, last): (Int64, Int64) = (try row.decode(1), try row.decode(2))
            recorded[try row.decode(0)] = first..<last + 1
        }
        for acknowledgement in acknowledged {
            #expect(recorded[acknowledgement.key] == acknowledgement.positions, "\(acknowledgement.key), \(seed)")
        }
        // A submission has five events and an end three; whatever more or less there is was done twice or by half.
        for (key, positions) in recorded {
            #expect(positions.count == (key.hasPrefix("submit") ? 5 : 3), "\(key), \(seed)")
        }
        let row = try await connection.query(
            """
            SELECT (SELECT count(*) FROM devshare.event), (SELECT position FROM devshare.ledger),
                   (SELECT count(*) FROM devshare.event WHERE type = 'share-request-submitted'),
                   (SELECT count(*) FROM devshare.event WHERE type = 'sharing-ended'),
                   (SELECT count(*) FROM devshare.share_request)
            """
        ).rows[0]
        let (events, head, submitted, ended, requests): (Int, Int, Int, Int, Int) = (
            try row.decode(0), try row.decode(1), try row.decode(2), try row.decode(3), try row.decode(4)
        )
        let submissions = recorded.keys.count { $0.hasPrefix("submit") }
        #expect(events == head, "\(seed)")
        #expect(submitted == submissions, "\(seed)")
        #expect(requests == submissions, "\(seed)")
        #expect(ended == recorded.count - submissions, "\(seed)")
        await connection.close()
        #expect(try await ReadModelRebuild(connectionString: connectionString).differences().isEmpty, "\(seed)")
    }
}
