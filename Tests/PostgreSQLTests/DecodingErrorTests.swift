import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("What cannot be read says which column, and what was expected of it")
struct DecodingErrorTests {
    private func row() async throws -> Row {
        let connection = try await TestDatabase.empty().connect()
        return try await connection.query(
            #"SELECT 1::int4 AS number, 'x'::text AS text, NULL::int8 AS nothing, ARRAY[1, NULL]::int8[] AS "Some Numbers""#
        ).rows[0]
    }

    private func message(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "no error"
        } catch let error as PostgreSQLError {
            return error.description
        } catch {
            return "\(error)"
        }
    }

    @Test func wrongType() async throws {
        let row = try await row()
        #expect(message { try row.decode(1, as: Int64.self) } == #"decoding-failed: column "text" (1) is text, not bigint"#)
        #expect(message { try row.decode(0, as: UUID.self) } == #"decoding-failed: column "number" (0) is integer, not uuid"#)
        #expect(
            message { try row.decode(0, as: [Int32].self) } == #"decoding-failed: column "number" (0) is integer, not integer[]"#)
        #expect(
            message { try row.decode(named: "text", as: Bool?.self) }
                == #"decoding-failed: column "text" (1) is text, not boolean"#)
    }

    @Test func unexpectedNull() async throws {
        let row = try await row()
        #expect(
            message { try row.decode(2, as: Int64.self) }
                == #"decoding-failed: column "nothing" (2) is NULL, but bigint was expected"#)
        #expect(try row.decode(2, as: Int64?.self) == nil)
        #expect(
            message { try row.decode(named: "Some Numbers", as: [Int64].self) }
                == #"decoding-failed: column "Some Numbers" (3) does not hold a valid bigint[]"#)
        #expect(try row.decode(named: "Some Numbers", as: [Int64?].self) == [1, nil])
    }

    @Test func missingColumn() async throws {
        let row = try await row()
        #expect(
            message { try row.decode(4, as: String.self) }
                == "decoding-failed: column 4 was read as text, but the row has 4 columns")
        #expect(
            message { try row.decode(-1, as: String.self) }
                == "decoding-failed: column -1 was read as text, but the row has 4 columns")
        // Names are exact: SQL's folding of case is not applied.
        #expect(
            message { try row.decode(named: "Text", as: String.self) }
                == #"decoding-failed: there is no column "Text", which was expected as text"#)
    }

    @Test func resultsTellTheirColumnsTagsAndCounts() async throws {
        let connection = try await TestDatabase.empty().connect()
        try await connection.execute(script: "CREATE TABLE t (id int8, name text)")
        let inserted = try await connection.query("INSERT INTO t SELECT n, 'x' FROM generate_series(1, 5) n")
        #expect(inserted.affectedRows == 5)
        #expect(inserted.rows.isEmpty)
        let read = try await connection.query("SELECT id, name FROM t WHERE id > $1", 2)
        #expect(read.commandTag == "SELECT 3")
        #expect(read.columns.map(\.name) == ["id", "name"])
        #expect(read.columns.map(\.type) == [.int8, .text])
        #expect(try read.rows.map { try $0.decode(0, as: Int.self) } == [3, 4, 5])
        #expect(try await connection.query("").rows.isEmpty)
    }

    @Test func rowsOutliveTheirConnection() async throws {
        let row = try await row()
        #expect(try row.decode(named: "number", as: Int32.self) == 1)
        try row.withUnsafeBytes(of: 1) { bytes throws(PostgreSQLError) in #expect(bytes?.elementsEqual("x".utf8) == true) }
        try row.withUnsafeBytes(of: 2) { bytes throws(PostgreSQLError) in #expect(bytes == nil) }
    }
}
