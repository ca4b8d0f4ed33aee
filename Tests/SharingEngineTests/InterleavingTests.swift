import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Foundation
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("Random commands from many callers over two engines", .fewAtOnce, .timeLimit(.minutes(15)))
struct InterleavingTests {
    /// Commands in a run; more with DEVSHARE_TEST_COMMANDS.
    private static let commands = ProcessInfo.processInfo.environment["DEVSHARE_TEST_COMMANDS"].flatMap { Int($0) } ?? 3_000
    private static let callers = 16

    @Test(
        "leave a log without gaps whose every event follows from the facts before it, and read models that the log gives",
        arguments: [false, true])
    func interleaving(counting: Bool) async throws {
        let seed = SeededGenerator().seed
        try await Harness.run { harness in
            if counting {
                _ = try await harness.engine.activatePolicy(CountingPolicy.text(limit: 20), as: Harness.operatorContext)
            }
            let fingerprints = try await prepare(harness)
            let tally = try await SharingEngine.withEngine(Harness.configuration(harness.database)) { other in
                try await storm(harness.engine, other, seed: seed)
            }
            #expect(tally.carriedOut > Self.commands / 10, "seed \(seed): \(tally)")
            try await checkLog(harness, seed: seed)
            try await redecide(harness, fingerprints, seed: seed)
            let differences = try await ReadModelRebuild(connectionString: harness.database.connectionString).differences()
            #expect(differences.isEmpty, "seed \(seed)")
            let verified = try await LogVerification(Harness.configuration(harness.database).settings).run()
            #expect(verified.findings == [], "seed \(seed)")
        }
    }

    struct Tally: Sendable { var carriedOut = 0, refused: [SharingErrorCode: Int] = [:] }

    /// Users with identities, and every device in use.
    private func prepare(_ harness: Harness) async throws -> [UserID: IdentityFingerprints] {
        let key = try FingerprintKey(id: "k1", secret: Array(repeating: 7, count: 32))
        var fingerprints: [UserID: IdentityFingerprints] = [:]
        for (number, user) in RandomCommands.users.enumerated() {
            try await harness.user(user.rawValue, entity: RandomCommands.entity(of: number).rawValue)
            let data = try IdentityData(
                dateOfBirth: "1980-01-0\(1 + number % 3)", citizenship: "HK", residence: "HK",
                document: ("passport", "K1\(number % 5)2"))
            fingerprints[user] = key.fingerprints(of: data)
            _ = try await harness.engine.perform(.recordIdentity(user, key.fingerprints(of: data)), as: Harness.operatorContext)
        }
        for (number, device) in RandomCommands.devices.enumerated() {
            try await harness.device(
                device.rawValue, of: RandomCommands.holder(of: number).rawValue, kind: RandomCommands.kind(of: number))
        }
        return fingerprints
    }

    private func storm(_ one: SharingEngine, _ two: SharingEngine, seed: UInt64) async throws -> Tally {
        let requests = KnownRequests()
        return try await withThrowingTaskGroup(of: Tally.self) { group in
            for caller in 0..<Self.callers {
                group.addTask {
                    var commands = RandomCommands(generator: SeededGenerator(seed: seed &+ UInt64(caller)), requests: requests)
                    var tally = Tally()
                    let engine = caller.isMultiple(of: 2) ? one : two
                    for number in 0..<Self.commands / Self.callers {
                        let (command, actor) = commands.next(.now)
                        do {
                            let receipt = try await engine.perform(
                                command, as: CommandContext(actor: actor, idempotencyKey: "\(caller)-\(number)"))
                            if case .submit = command, let request = receipt.request { requests.add(request.id) }
                            tally.carriedOut += 1
                        } catch let error as SharingError {
                            tally.refused[error.code, default: 0] += 1
                        }
                    }
                    return tally
                }
            }
            return try await group.reduce(into: Tally()) { sum, tally in
                sum.carriedOut += tally.carriedOut
                sum.refused.merge(tally.refused, uniquingKeysWith: +)
            }
        }
    }

    private func checkLog(_ harness: Harness, seed: UInt64) async throws {
        let row = try #require(
            try await harness.query(
                """
                SELECT count(*), max(position), (SELECT position FROM devshare.ledger),
                       (SELECT count(*) FROM (SELECT stream FROM devshare.event GROUP BY stream
                                              HAVING max(version) <> count(*) OR min(version) <> 1) gaps)
                  FROM devshare.event
                """
            ).rows.first)
        let (count, highest, head, gaps): (Int64, Int64, Int64, Int64) = (
            try row.decode(0), try row.decode(1), try row.decode(2), try row.decode(3)
        )
        #expect(count == highest, "seed \(seed): positions are 1, 2, 3 …")
        #expect(head == highest, "seed \(seed)")
        #expect(gaps == 0, "seed \(seed): versions are 1, 2, 3 … in every stream")
    }

    private func redecide(_ harness: Harness, _ fingerprints: [UserID: IdentityFingerprints], seed: UInt64) async throws {
        let ends = Set(
            try await harness.query("SELECT last_position FROM devshare.idempotency_record").rows.map {
                try $0.decode(0, as: Int64.self)
            })
        var redecision = Redecision(fingerprints: fingerprints)
        var command: [RecordedEvent] = []
        var position = Position.start
        let reader = EventReader(ledger: harness.engine.log.ledger, pool: harness.engine.log.pool)
        while case let page = try await reader.events(after: position, limit: 5_000), let last = page.last {
            for event in page {
                #expect(event.computedLeafHash(in: harness.engine.log.ledger) == event.leafHash)
                // Commands of the preparation had no key; each was alone in its transaction, or its events are of one stream.
                if let previous = command.last,
                    ends.contains(previous.position.rawValue) || previous.recordedAt != event.recordedAt
                {
                    try redecision.add(command)
                    command = []
                }
                command.append(event)
            }
            position = last.position
        }
        try redecision.add(command)
        #expect(redecision.differences.isEmpty, "seed \(seed): \(redecision.differences.prefix(5))")
        #expect(redecision.decided > Self.commands / 10, "seed \(seed)")
    }
}
