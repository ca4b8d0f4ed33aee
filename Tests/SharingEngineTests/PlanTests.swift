import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog
@testable import SharingWebhooks

/// The plans of look-ups of many rows. A plan is made once for a connection, perhaps while the tables are empty, and kept while
/// they grow: so it must suit large ones from the first.
@Suite(.fewAtOnce) struct PlanTests {
    enum LookUp: CaseIterable {
        case states, requestStates, tiles, relatedUsers, pendingDeliveries, waitingDeliveries, parkedDeliveries, request,
            entityUsers

        func sql(_ ledger: Ledger) -> String {
            switch self {
            case .states: StateLoader.events(ledger, [], holders: []).sql
            case .requestStates: StateLoader.events(ledger, [], holders: [], requests: []).sql
            case .tiles: TreeQueries(ledger: ledger).tiles([]).sql
            case .relatedUsers: SharingEngine.relatedUsers(of: UserID(trusted: "somebody"), ledger, limit: 1).sql
            case .pendingDeliveries: Self.deliveries(nil, ledger)
            case .waitingDeliveries: Self.deliveries(.waiting, ledger)
            case .parkedDeliveries: Self.deliveries(.parked, ledger)
            case .request: RequestQueries.request(ShareRequestID(), ledger).sql
            case .entityUsers: StateLoader.users(of: [], ledger).sql
            }
        }

        private static func deliveries(_ state: PendingDelivery.State?, _ ledger: Ledger) -> String {
            WebhookStore.pending(PendingDeliveryFilter(webhook: WebhookID(), state: state), ledger).sql
        }

        /// Types and values of the parameters.
        var parameters: (types: String, values: String) {
            switch self {
            case .states: ("integer, text[], text[]", "1, '{}', '{}'")
            case .requestStates: ("integer, text[], text[], uuid[]", "1, '{}', '{}', '{}'")
            case .tiles: ("integer, smallint[], bigint[]", "1, '{}', '{}'")
            case .relatedUsers: ("integer, text, bigint", "1, 'somebody', 1")
            case .pendingDeliveries, .waitingDeliveries, .parkedDeliveries:
                ("integer, uuid, bigint, bigint", "1, gen_random_uuid(), 0, 1")
            case .request: ("integer, uuid", "1, gen_random_uuid()")
            case .entityUsers: ("integer, text[], bigint", "1, '{}', 1")
            }
        }
    }

    @Test(arguments: LookUp.allCases)
    func rowsAreLookedUpOneByOneHoweverSmallTheTablesAre(lookUp: LookUp) async throws {
        try await Harness.run { harness in
            let (sql, parameters) = (lookUp.sql(harness.engine.log.ledger), lookUp.parameters)
            let nodes = try await harness.engine.log.pool.withConnection { connection in
                try await connection.execute(
                    script: "SET plan_cache_mode = force_generic_plan; PREPARE look_up (\(parameters.types)) AS \(sql)")
                let nodes = try await Self.plan("EXECUTE look_up (\(parameters.values))", on: connection)
                try await connection.execute(script: "DEALLOCATE look_up; RESET plan_cache_mode")
                return nodes
            }
            let kinds = nodes.compactMap { $0["Node Type"]?.stringValue }
            #expect(!kinds.isEmpty)
            #expect(Set(kinds).isDisjoint(with: ["Hash Join", "Merge Join", "Seq Scan"]), "\(kinds)")
            for condition in nodes.compactMap({ $0["Index Cond"]?.stringValue }) {
                #expect(condition != "(ledger = $1)", "reads all of a ledger: \(kinds)")
            }
            if lookUp == .request { #expect(nodes.compactMap { $0["Index Name"]?.stringValue } == ["share_request_pkey"]) }
        }
    }

    /// All nodes of a statement's plan.
    private static func plan(_ sql: String, _ options: String = "", on connection: Connection) async throws -> [JSONValue] {
        let result = try await connection.query("EXPLAIN (\(options)FORMAT JSON) \(sql)")
        let plan = try JSONValue(parsing: result.rows[0].decode(0, as: String.self))
        return plan.arrayValue?.first?["Plan"].map(nodes) ?? []
    }

    private static func nodes(_ plan: JSONValue) -> [JSONValue] {
        [plan] + (plan["Plans"]?.arrayValue ?? []).flatMap(nodes)
    }

    /// Blocks that a statement reads, with all that the functions read which it calls.
    private static func blocks(_ sql: String, on connection: Connection) async throws -> Int64 {
        let plan = try await plan(sql, "ANALYZE, BUFFERS, ", on: connection).first
        return (plan?["Shared Hit Blocks"]?.integerValue ?? 0) + (plan?["Shared Read Blocks"]?.integerValue ?? 0)
    }

    /// The database grows behind a connection that has made its plans.
    @Test func aMessageReadsNoMoreWhereManyWait() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let actor = Actor(id: "auditor", role: .auditor)
            let id = try await harness.engine.webhooks.add(
                destination, eventTypes: ["policy-activated"], after: .start, as: actor
            ).id
            let connection = try await harness.database.connect()
            let claim = "SELECT * FROM devshare.webhook_claim(1, '\(id)', 1, 60000)"
            let settle = """
                SELECT devshare.webhook_delivered(1, '\(id)', stream, lease, '{}') FROM devshare.webhook_delivery
                 WHERE ledger = 1 AND subscription = '\(id)' AND stream = 'policy/device-sharing'
                """
            // As often as it takes until a plan is kept.
            for _ in 0..<10 { _ = try await connection.query("\(claim)") }
            for _ in 0..<10 { _ = try await connection.query("\(settle)") }
            _ = try await connection.query("SELECT devshare.webhook_fan_out(1, '\(id)', 100, '{}')")
            try await connection.execute(script: Self.deliveries(1...20_000, of: id))
            #expect(try await Self.blocks(claim, on: connection) < 100)
            #expect(try await Self.blocks(settle, on: connection) < 100)
            let left: Int64 = try await connection.query("SELECT count(*) FROM devshare.webhook_delivery").rows[0].decode(0)
            #expect(left == 20_000, "the message was claimed and settled")
            await connection.close()
        }
    }

    /// Deliveries of a webhook, each of a stream of its own, and all of the first event.
    private static func deliveries(_ numbers: ClosedRange<Int>, of webhook: WebhookID, areParked: Bool = false) -> String {
        """
        INSERT INTO devshare.webhook_delivery (ledger, subscription, stream, position, last_position, due_at, parked_at)
        SELECT 1, '\(webhook)', 'user/' || n, 1, 1, \(areParked ? "NULL, now()" : "now() + interval '1 hour', NULL")
          FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) n
        """
    }

    @Test func aPageOfDeliveriesLooksUpTheEventsThatItShows() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let actor = Actor(id: "operator", role: .operator)
            let id = try await harness.engine.webhooks.add(destination, as: actor).id
            let connection = try await harness.database.connect()
            try await connection.execute(script: Self.deliveries(1...20_000, of: id))
            let page = WebhookStore.pending(PendingDeliveryFilter(webhook: id), harness.engine.log.ledger).sql
            try await connection.execute(
                script: """
                    SET plan_cache_mode = force_generic_plan; PREPARE page (integer, uuid, bigint, bigint) AS \(page)
                    """)
            let nodes = try await Self.plan("EXECUTE page (1, '\(id)', 0, 100)", "ANALYZE, ", on: connection)
            let events = nodes.filter { $0["Relation Name"] == "event" }
            #expect(events.compactMap { $0["Actual Loops"]?.integerValue } == [100])
            await connection.close()
        }
    }

    /// However many there are, and whether there are statistics of them or not.
    @Test(arguments: [false, true])
    func countsOfDeliveriesEndWithTheirLimit(areAnalyzed: Bool) async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let actor = Actor(id: "operator", role: .operator)
            let id = try await harness.engine.webhooks.add(destination, as: actor).id
            let other = try await harness.engine.webhooks.add(destination, as: actor).id
            let connection = try await harness.database.connect()
            try await connection.execute(script: Self.deliveries(1...12_000, of: id))
            try await connection.execute(script: Self.deliveries(12_001...24_000, of: id, areParked: true))
            try await connection.execute(script: Self.deliveries(1...2, of: other))
            if areAnalyzed { try await connection.execute(script: "ANALYZE devshare.webhook_delivery") }
            let webhooks = try await harness.engine.webhooks.list()
            #expect(webhooks.map(\.waiting) == [Webhook.countLimit, 2])
            #expect(webhooks.map(\.parked) == [Webhook.countLimit, 0])
            let list = WebhookStore.list(nil, harness.engine.log.ledger).sql
            try await connection.execute(script: "PREPARE list (integer, uuid) AS \(list)")
            let nodes = try await Self.plan("EXECUTE list (1, NULL)", on: connection)
            // In the order of an index: nothing is sorted, so nothing is read beyond the limit.
            let counted = nodes.filter { $0["Relation Name"] == "webhook_delivery" }
            #expect(
                Set(counted.compactMap { $0["Index Name"]?.stringValue }) == ["webhook_delivery_due", "webhook_delivery_parked"])
            #expect(counted.allSatisfy { $0["Node Type"]?.stringValue?.hasPrefix("Index ") == true })
            await connection.close()
        }
    }

    /// Rows of idempotency keys.
    private static func keys(_ name: String, age: String) -> String {
        """
        INSERT INTO devshare.idempotency_record (ledger, key, command_digest, first_position, last_position, subject,
                                                 recorded_at)
        SELECT 1, '\(name)-' || n, sha256('command'), 1, 1, 'user/u', now() - interval '\(age)'
          FROM generate_series(1, 20000) n
        """
    }

    /// What is new is put where a sweep made room, among what is old.
    @Test func aSweepReadsNoMoreWhereManyKeysAreYoung() async throws {
        try await Harness.run { harness in
            let connection = try await harness.database.connect()
            let sweep = "SELECT devshare.idempotency_forget(1, now() - interval '7 days', 10000)"
            try await connection.execute(script: Self.keys("old", age: "8 days"))
            for _ in 0..<2 { _ = try await connection.query(sweep) }
            try await connection.execute(script: "VACUUM devshare.idempotency_record")
            try await connection.execute(script: Self.keys("young", age: "1 day"))
            // The first looks up what the plan is made of.
            let left: Int64 = try await connection.query(sweep).rows[0].decode(0)
            #expect(left == 0)
            #expect(try await Self.blocks(sweep, on: connection) < 50)
            let kept: Int64 = try await connection.query("SELECT count(*) FROM devshare.idempotency_record").rows[0].decode(0)
            #expect(kept == 20_000)
            await connection.close()
        }
    }

    /// As the desk asks. A request that ends is written anew where there is room, so that any block holds those of all times.
    @Test func aDayOfRequestsReadsNoMoreWhereThereAreManyDays() async throws {
        try await Harness.run { harness in
            let connection = try await harness.database.connect()
            try await connection.execute(
                script: """
                    INSERT INTO devshare.share_request (ledger, request, requester, owner, device, state, submitted_at,
                                                        decided_at, approvals_required, reasons)
                    SELECT 1, gen_random_uuid(), 'r' || n, 'o' || n, 'x' || n, 'ended', t, t, 0, '{}'
                      FROM (SELECT n, timestamptz '2020-01-01' + n * interval '1 hour' AS t FROM generate_series(1, 20000) n
                             ORDER BY random()) requests
                    """)
            let day = """
                SELECT state FROM devshare.share_request
                 WHERE ledger = 1 AND submitted_at >= '2021-01-01' AND submitted_at < '2021-01-02' AND decided_at = submitted_at
                """
            #expect(try await connection.query(day).rows.count == 24)
            #expect(try await Self.blocks(day, on: connection) < 100)
            await connection.close()
        }
    }

    @Test func aDecisionReadsNoMoreWhereThereAreManyRequests() async throws {
        try await Harness.run { harness in
            for round in 0..<10 {
                let id = try await harness.pendingRequest("a\(round)", "b\(round)", "d\(round)")
                _ = try await harness.engine.perform(.withdraw(id, note: nil), as: CommandContext(actor: Harness.portal))
            }
            let id = try await harness.pendingRequest()
            let connection = try await harness.database.connect()
            try await connection.execute(
                script: """
                    INSERT INTO devshare.share_request (ledger, request, requester, owner, device, state, submitted_at,
                                                        approvals_required, reasons)
                    SELECT 1, gen_random_uuid(), 'r' || n, 'o' || n, 'x' || n, 'withdrawn', now(), 0, '{}'
                      FROM generate_series(1, 20000) n
                    """)
            let count = """
                SELECT sum(idx_tup_read)::bigint, (SELECT n_tup_upd FROM pg_stat_all_tables WHERE relid = 'devshare.share_request'::regclass)
                  FROM pg_stat_all_indexes WHERE relid = 'devshare.share_request'::regclass
                """
            let before = try await connection.query(count).rows[0]
            let (read, updated): (Int64, Int64) = (try before.decode(0), try before.decode(1))
            _ = try await harness.engine.perform(.withdraw(id, note: nil), as: CommandContext(actor: Harness.portal))
            // A session tells its counts some time after the transaction.
            try await eventually("the update is counted") {
                try await connection.query(count).rows[0].decode(1, as: Int64.self) > updated
            }
            #expect(try await connection.query(count).rows[0].decode(0, as: Int64.self) - read < 1_000)
            await connection.close()
        }
    }
}
