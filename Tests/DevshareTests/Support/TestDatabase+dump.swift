import EmbeddedPostgres
import PostgreSQL
import TestSupport

extension TestDatabase {
    /// Every row of our tables as text, in a fixed order.
    func dump(_ tables: [String]? = nil) async throws -> [String] {
        let connection = try await connect()
        let rows = try await connection.everything(in: tables)
        await connection.close()
        return rows
    }
}

extension Connection {
    /// Every row of our tables, or of all tables of all schemas that are not PostgreSQL's, as text.
    func everything(in tables: [String]? = nil) async throws -> [String] {
        let names: [String]
        if let tables {
            names = tables.map { "devshare.\($0)" }
        } else {
            names = try await query(
                "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
            ).rows.map { try $0.decode(0) }
        }
        var texts: [String] = []
        for name in names {
            texts += try await query("SELECT t::text FROM \(name) t ORDER BY 1").rows.map { row -> String in try row.decode(0) }
        }
        return texts
    }
}
