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

@Suite("Counters of a policy", .fewAtOnce) struct CounterTests {
    private static let entity = HistoryCounter("sharings.owner-entity.30d")
    private static let rejections = HistoryCounter("rejections.requester-entity.1d")

    /// An engine under the counting policy, with users of the entity `e` who all have two devices.
    private static func run(
        users: [String] = ["ada", "bob", "cy", "dan"], limits: EngineLimits = EngineLimits(),
        _ body: @Sendable @escaping (Harness) async throws -> Void
    ) async throws {
        try await Harness.run(limits: limits) { harness in
            _ = try await harness.engine.activatePolicy(CountingPolicy.text(), as: Harness.operatorContext)
            for user in users {
                try await harness.user(user, entity: "e")
                for number in 1...2 { try await harness.device("\(user)-\(number)", of: user) }
            }
            try await body(harness)
        }
    }

    private static func count(_ counter: HistoryCounter?, of receipt: Receipt) throws -> Int? {
        try counter.flatMap { try receipt.request?.decision?.facts().counters[$0] }
    }

    private static func verify(_ harness: Harness) async throws -> [AuditFinding] {
        try await LogVerification(Harness.configuration(harness.database).settings).run().findings
    }

    @Test("are counted over all users of the entity, recorded with the decision, and verified against the log")
    func recorded() async throws {
        try await Self.run { harness in
            let first = try await harness.submit("ada", "bob", "bob-1")
            #expect(try Self.count(Self.entity, of: first) == 0)
            let second = try await harness.submit("cy", "dan", "dan-1")
            #expect(second.request?.state == .active)
            #expect(try Self.count(Self.entity, of: second) == 1)
            // Ended ones began all the same.
            _ = try await harness.engine.perform(
                .endSharing(try #require(first.request).id, reason: .stoppedByRequester, note: nil),
                as: CommandContext(actor: Harness.portal))
            let third = try await harness.submit("ada", "bob", "bob-2")
            #expect(try Self.count(Self.entity, of: third) == 2)
            #expect(third.request?.state == .compliancePending)
            #expect(third.request?.reasons.first == .builtIn(.deviceWidelyShared))
            // An officer approves on what is counted then, the request itself left out.
            let approved = try await harness.engine.perform(
                .approve(try #require(third.request).id, note: nil), as: CommandContext(actor: Harness.officer))
            #expect(approved.request?.state == .active)
            #expect(try Self.count(Self.entity, of: approved) == 2)
            #expect(try await Self.verify(harness) == [])
            let differences = try await ReadModelRebuild(connectionString: harness.database.connectionString).differences()
            #expect(differences.isEmpty)
        }
    }

    @Test("count a rejection as soon as it is recorded")
    func rejections() async throws {
        try await Self.run { harness in
            let stale = try harness.consent(at: harness.engine.now().advanced(by: .seconds(-7_200)))
            let rejected = try await harness.submit("ada", "bob", "bob-1", consent: stale)
            #expect(rejected.request?.state == .rejected)
            let next = try await harness.submit("cy", "bob", "bob-1")
            #expect(try Self.count(Self.rejections, of: next) == 1)
            #expect(try await Self.verify(harness) == [])
        }
    }

    @Test("know of users that another server has moved into the entity, also where this one remembers the entity")
    func moved() async throws {
        try await Self.run { harness in
            try await harness.user("eve", entity: "other")
            try await harness.device("eve-1", of: "eve")
            try await harness.user("fay", entity: "other")
            #expect(try Self.count(Self.entity, of: try await harness.submit("fay", "eve", "eve-1")) == 0)
            #expect(try Self.count(Self.entity, of: try await harness.submit("ada", "bob", "bob-1")) == 0)
            try await SharingEngine.withEngine(Harness.configuration(harness.database)) { other in
                let moved = RecordUser(
                    user: UserID(trusted: "eve"), entity: EntityID(trusted: "e"), entityKind: .individual,
                    registeredAt: Harness.longAgo)
                _ = try await other.perform(.recordUser(moved), as: Harness.operatorContext)
            }
            #expect(try Self.count(Self.entity, of: try await harness.submit("cy", "dan", "dan-1")) == 2)
            #expect(try await Self.verify(harness) == [])
        }
    }

    @Test("see what commands before them do, of all callers at once")
    func together() async throws {
        let users = (0..<24).map { "user-\($0)" }
        try await Self.run(users: users) { harness in
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for pair in stride(from: 0, to: 24, by: 2) {
                    group.addTask { try await harness.submit(users[pair], users[pair + 1], "\(users[pair + 1])-1") }
                    // Meanwhile others join.
                    group.addTask {
                        let joined = RecordUser(
                            user: UserID(trusted: "late-\(pair)"), entity: EntityID(trusted: "e"), entityKind: .individual,
                            registeredAt: Harness.longAgo)
                        return try await harness.engine.perform(.recordUser(joined), as: Harness.operatorContext)
                    }
                }
                return try await group.reduce(into: [Receipt]()) { $0.append($1) }
            }
            let requests = receipts.compactMap(\.request)
            #expect(requests.count == 12)
            #expect(requests.count { $0.state == .active } == 2, "the limit holds, whatever the order")
            #expect(try await Self.verify(harness) == [])
        }
    }

    @Test("of an entity with too many users are as much as there can be, so that its requests are held")
    func tooMany() async throws {
        try await Self.run { harness in
            for number in stride(from: 0, to: HistoryCounter.maximumUsers, by: 100) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for user in number..<number + 100 {
                        group.addTask { try await harness.user("crowd-\(user)", entity: "e") }
                    }
                    try await group.waitForAll()
                }
            }
            let held = try await harness.submit("ada", "bob", "bob-1")
            #expect(held.request?.state == .compliancePending)
            #expect(try Self.count(Self.entity, of: held) == HistoryCounter.maximum)
            #expect(try await Self.verify(harness) == [])
        }
    }

    @Test("that somebody forged are named, and so are those that are missing or that the policy does not use")
    func forged() async throws {
        try await Self.run { harness in
            try await harness.submit("ada", "bob", "bob-1")
            try await harness.submit("cy", "dan", "dan-1")
            let event = try #require(try await harness.database.events().last { $0.type == "share-request-approved" })
            let data = try JSONValue(parsing: event.data.bytes)
            let counters = try #require(data["facts"]?["counters"]?.objectValue)
            var (fewer, more) = (counters, counters)
            fewer["sharings.owner"] = JSONValue?.none
            more["sharings.owner.7d"] = 0
            for (value, fact, actual) in [
                (data.replacing(["facts", "counters", "sharings.owner-entity.30d"], with: 0), "sharings.owner-entity.30d", "1"),
                (data.replacing(["facts", "counters"], with: .object(fewer)), "sharings.owner", "counted"),
                (data.replacing(["facts", "counters"], with: .object(more)), "sharings.owner.7d", "not counted by the policy"),
            ] {
                var writer = CanonicalJSONWriter(reservingCapacity: 1_024)
                try CountingPolicy.policy().evaluate(Facts(json: #require(value["facts"]))).write(to: &writer)
                let forged = value.replacing(["decision"], with: try JSONValue(parsing: writer.bytes))
                try await harness.database.forge(event.position, data: forged)
                try await harness.database.rebuildReadModels()
                let found = try await Self.verify(harness).filter { $0.code == .factDiffers }
                #expect(found.map(\.position) == [event.position])
                #expect(found.first?.difference?.fact == "counters.\(fact)")
                #expect(found.first?.difference?.actual == actual)
            }
        }
    }

    @Test("of a candidate are counted in a back-test, at each request as of its moment")
    func backtest() async throws {
        try await Harness.run { harness in
            for user in ["ada", "bob", "cy", "dan", "eve", "fay"] {
                try await harness.user(user, entity: "e")
                try await harness.device("\(user)-1", of: user)
            }
            for (requester, owner) in [("ada", "bob"), ("cy", "dan"), ("eve", "fay")] {
                try await harness.submit(requester, owner, "\(owner)-1")
            }
            for (limit, held) in [(1, 2), (2, 1), (3, 0)] {
                let report = try await Backtest(harness.engine.log, candidate: CountingPolicy.policy(limit: limit)).run()
                #expect(report.tally.requests == 3 && report.isComplete)
                #expect(report.tally[.approve, .review] == held, "limit \(limit)")
            }
            let bounded = try await Backtest(
                harness.engine.log, candidate: CountingPolicy.policy(limit: 1), bounds: Backtest.Bounds(requests: 2)
            ).run()
            #expect(bounded.tally.requests == 2 && !bounded.isComplete)
        }
    }

    @Test("count in a dry run, in the list of devices to share, and in what an officer sees, without a trace")
    func dryRuns() async throws {
        try await Self.run { harness in
            try await harness.submit("ada", "bob", "bob-1")
            try await harness.submit("cy", "dan", "dan-1")
            let ask = SubmitShareRequest(
                requester: UserID(trusted: "eve"), owner: UserID(trusted: "dan"), device: DeviceID(trusted: "dan-2"),
                consent: try harness.consent())
            try await harness.user("eve", entity: "e")
            let assessed = try await harness.engine.assess(ask)
            #expect(assessed.outcome == .review)
            let candidates = try await harness.engine.candidates(for: UserID(trusted: "eve"))
            #expect(!candidates.devices.isEmpty)
            #expect(candidates.devices.allSatisfy { $0.assessment.outcome != .approve })
            let held = try await harness.engine.perform(.submit(ask), as: CommandContext(actor: Harness.portal))
            let dossier = try await harness.engine.dossier(of: try #require(held.request).id)
            let counter = try #require(Self.entity)
            #expect(dossier.decided?.facts.counters[counter] == 2)
            #expect(dossier.outlook?.today?.facts.counters[counter] == 2)
            #expect(dossier.outlook?.changes.isEmpty == true)
        }
    }
}
