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
        case states, tiles, relatedUsers, pendingDeliveries

        func sql(_ ledger: Ledger) -> String {
            switch self {
            case .states: StateLoader.events(ledger, [], holders: []).sql
            case .tiles: TreeQueries(ledger: ledger).tiles([]).sql
            case .relatedUsers: SharingEngine.relatedUsers(of: UserID(trusted: "somebody"), ledger, limit: 1).sql
            case .pendingDeliveries: WebhookStore.pending(PendingDeliveryFilter(webhook: WebhookID()), ledger).sql
            }
        }

        /// Types and values of the parameters.
        var parameters: (types: String, values: String) {
            switch self {
            case .states: ("integer, text[], text[]", "1, '{}', '{}'")
            case .tiles: ("integer, smallint[], bigint[]", "1, '{}', '{}'")
            case .relatedUsers: ("integer, text, bigint", "1, 'somebody', 1")
            case .pendingDeliveries: ("integer, uuid, bigint, boolean, bigint", "1, gen_random_uuid(), 0, NULL, 1")
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
        }
    }

    private static func nodes(_ plan: JSONValue) -> [JSONValue] {
        [plan] + (plan["Plans"]?.arrayValue ?? []).flatMap(nodes)
    }
}
