import PostgreSQL
import TestSupport
import Testing

@Suite("COPY reads any number of rows in little memory")
struct CopyTests {
    private func series(_ count: Int, _ filling: String = "'x'") -> String {
        "COPY (SELECT n, \(filling), nullif(n % 3, 0) FROM generate_series(1::int8, \(count)) n) TO STDOUT (FORMAT binary)"
    }

    @Test func aMillionRowsInOrder() async throws {
        let connection = try await TestDatabase.empty().connect()
        var (expected, batches, largest) = (Int64(0), 0, 0)
        for try await batch in connection.copyOut(series(1_000_000)) {
            batches += 1
            largest = max(largest, batch.byteCount)
            try batch.forEachRow { row throws(PostgreSQLError) in
                var fields = row.fields()
                expected += 1
                let number: Int64 = try fields.decode()
                guard number == expected else { throw PostgreSQLError(.decodingFailed, "\(number) instead of \(expected)") }
                let text: String = try fields.decode()
                guard text == "x" else { throw PostgreSQLError(.decodingFailed, text) }
                guard (try fields.next() == nil) == (number % 3 == 0) else { throw PostgreSQLError(.decodingFailed, "NULL") }
            }
        }
        #expect(expected == 1_000_000)
        #expect(batches > 10)
        #expect(largest <= 300 << 10)
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func aConsumerThatPausesStopsTheServer() async throws {
        let database = try await TestDatabase.empty()
        let (connection, observer) = (try await database.connect(), try await database.connect())
        let iterator = connection.copyOut(series(1_000_000, "repeat('x', 1000)")).makeAsyncIterator()
        _ = try await iterator.next()
        // A gigabyte cannot all be on its way: the server waits to be rid of what it has.
        try await eventually("the server waits for its client") {
            try await observer.query(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event = 'ClientWrite')"
            ).rows[0].decode(0, as: Bool.self)
        }
        _ = consume iterator
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func aConsumerThatStopsEarlyLeavesTheConnectionUsable() async throws {
        let database = try await TestDatabase.empty()
        let connection = try await database.connect()
        for _ in 0..<3 {
            for try await batch in connection.copyOut(series(1_000_000)) {
                #expect(!batch.isEmpty)
                break
            }
            #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
        }
        let pool = database.pool(maximumConnections: 1)
        for round in 0..<3 {
            try await pool.withConnection { connection in
                for try await _ in connection.copyOut(series(1_000_000)) { break }
            }
            let process: Int = try await pool.withConnection { try await $0.query("SELECT $1", round).rows[0].decode(0) }
            #expect(process == round)
        }
        await pool.shutdown()
    }

    @Test func aConsumerThatThrowsInsideATransactionLeavesNoneOpen() async throws {
        struct Enough: Error {}
        let database = try await TestDatabase.empty()
        let connection = try await database.connect()
        for _ in 0..<20 {
            await #expect(throws: Enough.self) {
                try await connection.transaction { connection in
                    for try await _ in connection.copyOut(series(1_000_000)) { throw Enough() }
                }
            }
            let isInTransaction = await connection.isInTransaction
            #expect(!isInTransaction)
            #expect(try await connection.query("SELECT 1").rows.first?.decode(0) == Int32(1))
        }
        await connection.close()
    }

    @Test func othersWaitUntilTheLastBatchIsRead() async throws {
        let connection = try await TestDatabase.empty().connect()
        var iterator: CopyOutSequence.AsyncIterator? = connection.copyOut(series(200_000)).makeAsyncIterator()
        _ = try await iterator?.next()
        let waiting = Task { try await connection.query("SELECT 7").rows[0].decode(0, as: Int32.self) }
        var rows = 0
        while let batch = try await iterator?.next() { rows += batch.count }
        #expect(rows > 100_000)
        #expect(try await iterator?.next() == nil)
        iterator = nil
        #expect(try await waiting.value == 7)
    }

    @Test func anErrorHalfwayComesBehindTheRowsBeforeIt() async throws {
        let connection = try await TestDatabase.empty().connect()
        var rows = 0
        let error = await #expect(throws: PostgreSQLError.self) {
            for try await batch in connection.copyOut(
                "COPY (SELECT 1 / (150000 - n) FROM generate_series(1, 200000) n) TO STDOUT (FORMAT binary)")
            { rows += batch.count }
        }
        #expect(error?.sqlState == SQLState(rawValue: "22012"))
        #expect(rows > 0 && rows < 150_000)
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func cancellationEndsItWhereverItHits() async throws {
        let database = try await TestDatabase.empty()
        let connection = try await database.connect()
        var random = SeededGenerator()
        for round in 0..<12 {
            let slow = "COPY (SELECT n, pg_sleep(0.0005) FROM generate_series(1, 1000000) n) TO STDOUT (FORMAT binary)"
            let sql = round % 2 == 0 ? slow : series(100_000_000)
            let task = Task { for try await _ in connection.copyOut(sql) {} }
            try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000, using: &random)))
            task.cancel()
            let error = await #expect(throws: PostgreSQLError.self, "\(random)") { try await task.value }
            #expect(error?.code == .cancelled, "\(random)")
            #expect(try await connection.query("SELECT $1", round).rows[0].decode(0, as: Int.self) == round, "\(random)")
        }
    }

    @Test func whatIsNoBinaryCopyIsRefused() async throws {
        let database = try await TestDatabase.empty()
        let connection = try await database.connect()
        for sql in ["SELECT 1", "COPY (SELECT 1) TO STDOUT", "CREATE TEMPORARY TABLE t (n int)"] {
            let error = await #expect(throws: PostgreSQLError.self) { for try await _ in connection.copyOut(sql) {} }
            #expect(error?.code == .unexpectedStatement, "\(sql)")
            #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
        }
        let syntax = await #expect(throws: PostgreSQLError.self) { for try await _ in connection.copyOut("COPY nonsense") {} }
        #expect(syntax?.sqlState == .syntaxError)
        let reading = await #expect(throws: PostgreSQLError.self) {
            for try await _ in connection.copyOut("COPY t FROM STDIN") {}
        }
        #expect(reading?.code == .unexpectedStatement)
        #expect(await !connection.isUsable)
    }

    @Test func emptyResultsAndBadFields() async throws {
        let connection = try await TestDatabase.empty().connect()
        for try await batch in connection.copyOut("COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)") {
            #expect(batch.isEmpty)
        }
        let error = await #expect(throws: PostgreSQLError.self) {
            for try await batch in connection.copyOut("COPY (SELECT 1::int4, NULL) TO STDOUT (FORMAT binary)") {
                try batch.forEachRow { row throws(PostgreSQLError) in
                    var fields = row.fields()
                    #expect(try fields.decode(Int32.self) == 1)
                    #expect(try fields.next() == nil)
                    _ = try fields.next()
                }
            }
        }
        #expect(error?.code == .decodingFailed)
        let null = await #expect(throws: PostgreSQLError.self) {
            for try await batch in connection.copyOut("COPY (SELECT NULL::int8) TO STDOUT (FORMAT binary)") {
                try batch.forEachRow { row throws(PostgreSQLError) in
                    var fields = row.fields()
                    _ = try fields.decode(Int64.self)
                }
            }
        }
        #expect(null?.code == .decodingFailed)
    }
}
