import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

/// What commands of one batch do to one another. They come to be in one while the ledger is locked.
@Suite(.fewAtOnce) struct BatchTests {
    /// Sends commands one after the other while nothing can be appended, and then lets them all go.
    private static func together(
        _ harness: Harness, _ commands: [(Command, CommandContext)]
    ) async throws -> [Result<Receipt, any Error>] {
        let engine = harness.engine
        return try await locked(harness) { release in
            // Takes the one worker that there is.
            let first = Task { try await engine.perform(record("first"), as: Harness.operatorContext) }
            try await eventually("the append waits for the ledger") {
                try await harness.query(
                    """
                    SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%anchor_check%'
                    """
                ).rows[0].decode(0, as: Int64.self) > 0
            }
            return try await withThrowingTaskGroup(of: (Int, Result<Receipt, any Error>).self) { group in
                for (number, (command, context)) in commands.enumerated() {
                    group.addTask {
                        do {
                            return (number, .success(try await engine.perform(command, as: context)))
                        } catch {
                            return (number, .failure(error))
                        }
                    }
                    try await eventually("the command waits") { await engine.queue.usage.waiting == number + 1 }
                }
                try await release()
                _ = try await first.value
                var results: [Int: Result<Receipt, any Error>] = [:]
                for try await (number, result) in group { results[number] = result }
                return commands.indices.compactMap { results[$0] }
            }
        }
    }

    private static func locked<Value>(
        _ harness: Harness, _ body: (_ release: () async throws -> Void) async throws -> Value
    ) async throws -> Value {
        let connection = try await harness.database.connect()
        _ = try await connection.execute(script: "BEGIN; SELECT FROM devshare.ledger FOR UPDATE")
        let value = try await body { try await connection.execute(script: "COMMIT") }
        await connection.close()
        return value
    }

    private static func record(_ user: String) -> Command {
        .recordUser(
            RecordUser(
                user: UserID(trusted: user), entity: EntityID(trusted: "e"), entityKind: .individual,
                registeredAt: Harness.longAgo))
    }

    private static var oneBatchAtATime: EngineLimits {
        var limits = EngineLimits()
        limits.concurrentBatches = 1
        return limits
    }

    @Test func anIdentityThatIsRecordedAfterItsErasureStays() async throws {
        try await Harness.run(limits: Self.oneBatchAtATime) { harness in
            try await harness.user("alice", entity: "e")
            try await harness.identity("alice", born: "1980-01-02", document: "K101")
            let key = try #require(Harness.key)
            let later = try key.fingerprints(
                of: IdentityData(
                    dateOfBirth: "1981-01-02", citizenship: "HK", residence: "HK", document: (type: "passport", number: "K202")))
            let alice = UserID(trusted: "alice")
            let results = try await Self.together(
                harness,
                [
                    (.eraseIdentity(alice), Harness.operatorContext), (.recordIdentity(alice, later), Harness.operatorContext),
                ])
            for result in results { _ = try result.get() }
            let births = try await harness.query("SELECT date_of_birth FROM devshare.identity_fingerprint").rows.map {
                try $0.decode(0, as: [UInt8].self)
            }
            #expect(births == [later.values[.dateOfBirth]])
            // And the other way round nothing is left.
            let erased = try await Self.together(
                harness,
                [
                    (.recordIdentity(alice, later), Harness.operatorContext), (.eraseIdentity(alice), Harness.operatorContext),
                ])
            for result in erased { _ = try result.get() }
            #expect(try await harness.query("SELECT FROM devshare.identity_fingerprint").rows.isEmpty)
        }
    }

    @Test("A counter of an entity does not rest on a move within the batch that is not recorded after all")
    func aMoveThatIsRepeated() async throws {
        try await Harness.run(limits: Self.oneBatchAtATime) { harness in
            _ = try await harness.engine.activatePolicy(CountingPolicy.text(), as: Harness.operatorContext)
            for user in ["ada", "cy", "dan", "eve"] { try await harness.user(user, entity: "e") }
            for owner in ["dan", "eve"] { try await harness.device("\(owner)-1", of: owner) }
            try await harness.submit("ada", "eve", "eve-1")
            func move(to entity: String, key: String) -> (Command, CommandContext) {
                let record = RecordUser(
                    user: UserID(trusted: "eve"), entity: EntityID(trusted: entity), entityKind: .individual,
                    registeredAt: Harness.longAgo)
                return (.recordUser(record), CommandContext(actor: Harness.operatorContext.actor, idempotencyKey: key))
            }
            for (command, context) in [move(to: "f", key: "out"), move(to: "e", key: "back")] {
                _ = try await harness.engine.perform(command, as: context)
            }
            let submission = SubmitShareRequest(
                requester: UserID(trusted: "cy"), owner: UserID(trusted: "dan"), device: DeviceID(trusted: "dan-1"),
                consent: try harness.consent())
            // The first is answered as the one before it, and moves nobody.
            let results = try await Self.together(
                harness, [move(to: "f", key: "out"), (.submit(submission), CommandContext(actor: Harness.portal))])
            let facts = try #require(try results[1].get().request?.decision).facts()
            #expect(facts.counters[try #require(HistoryCounter("sharings.owner-entity.30d"))] == 1)
            let verified = try await LogVerification(Harness.configuration(harness.database).settings).run()
            #expect(verified.findings == [])
        }
    }

    @Test func aSharingThatEndsMakesRoomForTheNextRequest() async throws {
        try await Harness.run(limits: Self.oneBatchAtATime) { harness in
            for name in ["a", "b"] { try await harness.user(name, entity: "e") }
            for card in ["one", "two"] { try await harness.device(card, of: "b") }
            let standing = try #require(try await harness.submit("a", "b", "one").request)
            let portal = CommandContext(actor: Harness.portal)
            let next = SubmitShareRequest(
                requester: UserID(trusted: "a"), owner: UserID(trusted: "b"), device: DeviceID(trusted: "two"),
                consent: try harness.consent())
            let commits: Int64 = try await Self.commits(harness)
            let results = try await Self.together(
                harness,
                [
                    (.endSharing(standing.id, reason: .stoppedByRequester, note: nil), portal), (.submit(next), portal),
                    (.endSharing(next.request, reason: .stoppedByRequester, note: nil), portal),
                ])
            #expect(try results.map { try $0.get().request?.state } == [.ended, .active, .ended])
            // The one that held the worker, and one for all three.
            #expect(try await Self.commits(harness) == commits + 2)
            #expect(try await ReadModelRebuild(connectionString: harness.database.connectionString).differences().isEmpty)
        }
    }

    /// Transactions that appended something.
    private static func commits(_ harness: Harness) async throws -> Int64 {
        try await harness.query("SELECT count(DISTINCT xmin::text) FROM devshare.event").rows[0].decode(0)
    }

    @Test func manyCommandsThatCannotBeCommittedAreToldWhy() async throws {
        let database = try await TestDatabase.migrated()
        var configuration = Harness.configuration(database)
        configuration.limits.concurrentBatches = 1
        configuration.connectionString += " options='-c lock_timeout=300'"
        try await SharingEngine.withEngine(configuration) { engine in
            let harness = Harness(database: database, engine: engine)
            try await Self.locked(harness) { _ in
                await withTaskGroup(of: EngineError.Code?.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            let error = await #expect(throws: EngineError.self) {
                                try await engine.perform(Self.record("user-\(number)"), as: Harness.operatorContext)
                            }
                            return error?.code
                        }
                    }
                    for await code in group { #expect(code == .databaseUnavailable) }
                }
            }
        }
    }

    @Test func whoSawAnotherVersionIsToldSoBeforeAnythingElse() async throws {
        try await Harness.run { harness in
            let request = try await harness.pendingRequest()
            let seen = try await harness.engine.log.history(of: .shareRequest(request)).count
            let officer = CommandContext(actor: Harness.officer)
            _ = try await harness.engine.perform(.approve(request, note: nil), as: officer)
            var stale = officer
            stale.revisions = .oneOf([seen])
            let error = await #expect(throws: SharingError.self) {
                try await harness.engine.perform(.approve(request, note: nil), as: stale)
            }
            #expect(error?.code == .versionConflict)
        }
    }

    @Test func anOfficerWhoIsAClientDecidesOnNothingOfTheirEntity() async throws {
        try await Harness.run { harness in
            let request = try await harness.pendingRequest("alice", "bob", "new")
            try await harness.user("olivia", entity: "entity-of-bob")
            let officer = Actor(id: "olivia", role: .compliance, entity: EntityID(trusted: "elsewhere"))
            for command in [Command.claim(request), .approve(request, note: nil), .reject(request, reason: "other", note: nil)] {
                let error = await #expect(throws: SharingError.self) {
                    try await harness.engine.perform(command, as: CommandContext(actor: officer))
                }
                #expect(error?.code == .separationOfDuties, "\(command.name)")
            }
        }
    }
}
