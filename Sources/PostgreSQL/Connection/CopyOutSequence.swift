/// Rows of a `COPY … TO STDOUT (FORMAT binary)`, in batches. Nothing is read ahead of the consumer but what libpq and the
/// socket hold, so a slow one slows the server down and not memory up.
package struct CopyOutSequence: AsyncSequence, Sendable {
    package typealias Element = CopyBatch
    let connection: Connection
    let sql: String
    let withoutTimeout: Bool

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    package final class AsyncIterator: AsyncIteratorProtocol {
        private let copy: CopyOutSequence
        private var state = State.new

        private enum State {
            case new
            /// The COPY with this number on the connection.
            case open(UInt64)
            case done
        }

        init(_ copy: CopyOutSequence) { self.copy = copy }

        package func next() async throws -> CopyBatch? {
            switch state {
            case .done: return nil
            case .new:
                state = .done
                state = .open(try await copy.connection.beginCopyOut(copy))
                return try await next()
            case .open(let number):
                state = .done
                let (batch, isLast) = try await copy.connection.nextCopyBatch(number)
                if !isLast { state = .open(number) }
                return batch.isEmpty ? nil : batch
            }
        }

        deinit {
            // A consumer that stops early leaves a server that goes on sending.
            if case .open(let number) = state {
                let connection = copy.connection
                Task { await connection.abandonCopy(number) }
            }
        }
    }
}
