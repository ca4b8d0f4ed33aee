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

        private enum State {
            case new
            /// The COPY with this number on the connection.
            case open(UInt64)
            case done
        }

        init(connection: Connection, sql: String) {
            self.connection = connection
            self.sql = sql
        }

        package func next() async throws -> CopyBatch? {
            switch state {
            case .done: return nil
            case .new:
                state = .done
                state = .open(try await connection.beginCopyOut(sql))
                return try await next()
            case .open(let number):
                state = .done
                let (batch, isLast) = try await connection.nextCopyBatch(number)
                if !isLast { state = .open(number) }
                return batch.isEmpty ? nil : batch
            }
        }

        deinit {
            // A consumer that stops early leaves a server that goes on sending.
            if case .open(let number) = state {
                let connection = connection
                Task { await connection.abandonCopy(number) }
            }
        }
    }
}
