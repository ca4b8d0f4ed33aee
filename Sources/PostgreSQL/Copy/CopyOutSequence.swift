import CLibPQ

/// Rows of a `COPY … TO STDOUT (FORMAT binary)`, in batches. Nothing is read ahead of the consumer but what libpq and the
/// socket hold, so a slow one slows the server down and not memory up.
package struct CopyOutSequence: AsyncSequence, Sendable {
    package typealias Element = CopyBatch
    let connection: Connection
    let sql: String

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(connection: connection, sql: sql) }

    package final class AsyncIterator: AsyncIteratorProtocol {
        private let connection: Connection
        private let sql: String
        private var state = State.new

        private enum State { case new, open, done }

        init(connection: Connection, sql: String) {
            self.connection = connection
            self.sql = sql
        }

        package func next() async throws -> CopyBatch? {
            if state == .new {
                try await connection.beginCopyOut(sql)
                state = .open
            }
            guard state == .open else { return nil }
            do {
                if let batch = try await connection.nextCopyBatch() { return batch }
            } catch {
                state = .done
                throw error
            }
            state = .done
            return nil
        }

        deinit {
            // A consumer that stops early leaves a server that goes on sending: such a connection is given up.
            if state == .open {
                let connection = connection
                Task { await connection.abandonCopy() }
            }
        }
    }
}

extension Connection {
    /// The rows of `sql`, which must be `COPY … TO STDOUT (FORMAT binary)`. The connection serves nothing else until the
    /// last batch is read; it is closed when that does not happen.
    package nonisolated func copyOut(_ sql: String) -> CopyOutSequence { CopyOutSequence(connection: self, sql: sql) }

    fileprivate func beginCopyOut(_ sql: String) async throws(PostgreSQLError) {
        try await inTurn { () async throws(PostgreSQLError) in
            guard PQsendQuery(self.session.pointer, sql) == 1 else { throw self.lost() }
            try await self.flush()
            guard let result = try await self.nextResult() else { throw self.lost() }
            guard PQresultStatus(result.pointer) == PGRES_COPY_OUT else {
                while try await self.nextResult() != nil {}
                throw Self.error(in: result)
                    ?? PostgreSQLError(.unexpectedStatement, "the statement is no COPY … TO STDOUT")
            }
        }
    }

    fileprivate func nextCopyBatch() async throws(PostgreSQLError) -> CopyBatch? {
        try await inTurn { () async throws(PostgreSQLError) in
            try await self.cancellable { () async throws(PostgreSQLError) in
                var batch = CopyBatch()
                while true {
                    var data: UnsafeMutablePointer<CChar>?
                    let length = PQgetCopyData(self.session.pointer, &data, 1)
                    switch length {
                    case 1...:
                        if let data {
                            batch.append(UnsafeRawBufferPointer(start: data, count: Int(length)))
                            PQfreemem(data)
                        }
                        if batch.isFull { return batch }
                    case 0:
                        // What has come is handed on before more is waited for.
                        if !batch.isEmpty { return batch }
                        try await self.receive()
                    case -1:
                        var failed: PostgreSQLError?
                        while let result = try await self.nextResult() { failed = failed ?? Self.error(in: result) }
                        if let failed { throw failed }
                        return batch.isEmpty ? nil : batch
                    default:
                        throw self.lost()
                    }
                }
            }
        }
    }

    fileprivate func abandonCopy() {
        fail(PostgreSQLError(.connectionClosed, "a COPY was not read to its end"))
    }
}
