import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import TestSupport
import Testing
import Transparency

@testable import SharingEngine

/// The plans of look-ups of many rows. A plan is made once for a connection, perhaps while the tables are empty, and kept while
/// they grow: so it must suit large ones from the first.
@Suite(.fewAtOnce) struct PlanTests {
    enum LookUp: CaseIterable {
        case states, tiles, relatedUsers, pendingDeliveries, request

        func sql(_ ledger: Ledger) -> String {
            switch self {
            case .states: StateLoader.events(ledger, [], holders: []).sql
            case .tiles: TreeQueries(ledger: ledger).tiles([]).sql
            case .relatedUsers: SharingEngine.relatedUsers(of: UserID(trusted: "somebody"), ledger, limit: 1).sql
            case .pendingDeliveries: WebhookStore.pending(PendingDeliveryFilter(webhook: WebhookID()), ledger).sql
            case .request: RequestQueries.request(ShareRequestID(), ledger).sql
            }
        }

        /// Types and values of the parameters.
        var parameters: (types: String, values: String) {
            switch self {
            case .states: ("integer, text[], text[]", "1, '{}', '{}'")
            case .tiles: ("integer, smallint[], bigint[]", "1, '{}', '{}'")
            case .relatedUsers: ("integer, text, bigint", "1, 'somebody', 1")
            case .pendingDeliveries: ("integer, uuid, bigint, boolean, bigint", "1, gen_random_uuid(), 0, NULL, 1")
            case .request: ("integer, uuid", "1, gen_random_uuid()")
            }
        }
    }

    @Test(arguments: LookUp.allCases)
    func rowsAreLookedUpOneByOneHoweverSmallTheTablesAre(lookUp: LookUp) async throws {
        try await Harness.run { harness in
            let (sql, parameters) = (lookUp.sql(harness.engine.ledger), lookUp.parameters)
            let plan = try await harness.engine.pool.withConnection { connection in
                try await connection.execute(
                    script: "SET plan_cache_mode = force_generic_plan; PREPARE look_up (\(parameters.types)) AS \(sql)")
                let result = try await connection.query("EXPLAIN (FORMAT JSON) EXECUTE look_up (\(parameters.values))")
                try await connection.execute(script: "DEALLOCATE look_up; RESET plan_cache_mode")
                return try JSONValue(parsing: result.rows[0].decode(0, as: String.self))
            }
            let nodes = plan.arrayValue?.first?["Plan"].map(Self.nodes) ?? []
            let kinds = nodes.compactMap { $0["Node Type"]?.stringValue }
            #expect(!kinds.isEmpty)
            #expect(Set(kinds).isDisjoint(with: ["Hash Join", "Merge Join", "Seq Scan"]), "\(kinds)")
            for condition in nodes.compactMap({ $0["Index Cond"]?.stringValue }) {
                #expect(condition != "(ledger = $1)", "reads all of a ledger: \(kinds)")
            }
            if lookUp == .request { #expect(nodes.compactMap { $0["Index Name"]?.stringValue } == ["share_request_pkey"]) }
        }
    }

    private static func nodes(_ plan: JSONValue) -> [JSONValue] {
        [plan] + (plan["Plans"]?.arrayValue ?? []).flatMap(nodes)
    }

    /// Blocks that a statement reads, with all that the functions read which it calls.
    private static func blocks(_ sql: String, on connection: Connection) async throws -> Int64 {
        let result = try await connection.query("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) \(sql)")
        let plan = try JSONValue(parsing: result.rows[0].decode(0, as: String.self)).arrayValue?.first?["Plan"]
        return (plan?["Shared Hit Blocks"]?.integerValue ?? 0) + (plan?["Shared Read Blocks"]?.integerValue ?? 0)
    }

    /// The database grows behind a connection that has made its plans.
    @Test func aMessageReadsNoMoreWhereManyWait() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let actor = Actor(id: "operator", role: .operator)
            let id = try await harness.engine.addWebhook(destination, after: .start, as: actor).id
            let connection = try await harness.database.connect()
            let claim = "SELECT * FROM devshare.webhook_claim(1, '\(id)', 1, 60000)"
            let settle = """
                SELECT devshare.webhook_delivered(1, '\(id)', stream, lease) FROM devshare.webhook_delivery
                 WHERE ledger = 1 AND subscription = '\(id)' AND stream = 'policy/device-sharing'
                """
            // As often as it takes until a plan is kept.
            for _ in 0..<10 { _ = try await connection.query("\(claim)") }
            for _ in 0..<10 { _ = try await connection.query("\(settle)") }
            _ = try await connection.query("SELECT devshare.webhook_fan_out(1, '\(id)', 100)")
            try await connection.execute(
                script: """
                    INSERT INTO devshare.webhook_delivery (ledger, subscription, stream, position, last_position, due_at)
                    SELECT 1, '\(id)', 'user/' || n, 1, 1, now() + interval '1 hour' FROM generate_series(1, 20000) n
                    """)
            #expect(try await Self.blocks(claim, on: connection) < 100)
            #expect(try await Self.blocks(settle, on: connection) < 100)
            let left: Int64 = try await connection.query("SELECT count(*) FROM devshare.webhook_delivery").rows[0].decode(0)
            #expect(left == 20_000, "the message was claimed and settled")
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
