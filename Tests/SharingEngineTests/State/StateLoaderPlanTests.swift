import Canonical
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine

/// The plan by which states are loaded. It is made once for a connection, perhaps while the tables are empty, and kept while they
/// grow: so it must suit large ones from the first.
@Suite(.fewAtOnce) struct StateLoaderPlanTests {
    @Test func whatIsLoadedIsLookedUpOneByOneHoweverSmallTheTablesAre() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let sql = StateLoader.events(engine.ledger, [], holders: []).sql
            let plan = try await engine.pool.withConnection { connection in
                try await connection.execute(
                    script: "SET plan_cache_mode = force_generic_plan; PREPARE loading (integer, text[], text[]) AS \(sql)")
                let result = try await connection.query("EXPLAIN (FORMAT JSON) EXECUTE loading (1, '{}', '{}')")
                try await connection.execute(script: "DEALLOCATE loading; RESET plan_cache_mode")
                return try JSONValue(parsing: result.rows[0].decode(0, as: String.self))
            }
            let nodes = plan.arrayValue?.first?["Plan"].map(Self.nodes) ?? []
            let kinds = nodes.compactMap { $0["Node Type"]?.stringValue }
            #expect(!kinds.isEmpty)
            #expect(Set(kinds).isDisjoint(with: ["Hash Join", "Merge Join", "Seq Scan"]), "\(kinds)")
            for condition in nodes.compactMap({ $0["Index Cond"]?.stringValue }) {
                #expect(condition.contains("stream") || condition.contains("holder"), "reads all of a ledger: \(condition)")
            }
        }
    }

    private static func nodes(_ plan: JSONValue) -> [JSONValue] {
        [plan] + (plan["Plans"]?.arrayValue ?? []).flatMap(nodes)
    }
}
