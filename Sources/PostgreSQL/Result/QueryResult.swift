import CLibPQ

/// The answer to one statement: its rows, or how many rows it changed. The rows stay where libpq put them until the last
/// `QueryResult` or `Row` of it is gone.
package struct QueryResult: Sendable {
    private let storage: ResultStorage

    init(_ storage: ResultStorage) { self.storage = storage }

    package var rows: Rows { Rows(storage: storage, count: Int(PQntuples(storage.pointer))) }

    /// Rows inserted, updated, deleted, selected or copied; 0 for statements that have no such count.
    package var affectedRows: Int {
        guard let text = PQcmdTuples(storage.pointer) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// What the server calls the statement: `SELECT 3`, `COMMIT`, `ROLLBACK`.
    package var commandTag: String {
        PQcmdStatus(storage.pointer).map { String(cString: $0) } ?? ""
    }

    package var columns: [Column] {
        (0..<PQnfields(storage.pointer)).map { index in
            Column(
                name: PQfname(storage.pointer, index).map { String(cString: $0) } ?? "",
                type: PostgresType(rawValue: PQftype(storage.pointer, index)))
        }
    }

    package struct Column: Hashable, Sendable {
        package let name: String
        package let type: PostgresType
    }

    package struct Rows: RandomAccessCollection, Sendable {
        fileprivate let storage: ResultStorage
        package let count: Int

        package var startIndex: Int { 0 }
        package var endIndex: Int { count }
        package subscript(index: Int) -> Row {
            precondition(index >= 0 && index < count, "row index out of range")
            return Row(storage: storage, index: Int32(index))
        }
    }
}
