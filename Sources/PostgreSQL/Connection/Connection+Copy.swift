import CLibPQ

/// What a COPY does with its connection.
enum CopyState: Hashable {
    case none
    /// The COPY with this number is between two batches.
    case open(UInt64)
    /// Somebody reads, to the next batch or to the early end.
    case reading
}

extension Connection {
    /// The rows of `sql`, which must be `COPY … TO STDOUT (FORMAT binary)`. The connection serves nothing else until the
    /// last batch is read, or the iterator is let go of: then the server is told to stop.
    ///
    /// - Parameter withoutTimeout: the statement timeout does not apply. It would count the time that the consumer takes, too.
    ///   Inside a transaction it does not apply to what follows there either. A server that sends nothing for longer, and for
    ///   the silence timeout besides, is given up all the same.
    package nonisolated func copyOut(_ sql: String, withoutTimeout: Bool = false) -> CopyOutSequence {
        CopyOutSequence(connection: self, sql: sql, withoutTimeout: withoutTimeout)
    }

    /// Takes the connection's turn and keeps it, unless it throws. Returns the number of the COPY on this connection.
    func beginCopyOut(_ copy: CopyOutSequence) async throws(PostgreSQLError) -> UInt64 {
        try EncodedStatement.check(copy.sql)
        let sql = (copy.withoutTimeout ? "SET LOCAL statement_timeout = 0; " : "") + copy.sql
        try await takeTurn()
        copyPatience = copy.withoutTimeout ? configuration.silenceTimeout : .zero
        let isBinary: Bool
        do throws(PostgreSQLError) {
            isBinary = try await cancellable { () async throws(PostgreSQLError) in try await self.startCopy(sql) }
        } catch {
            passTurn()
            throw error
        }
        copies += 1
        copying = .open(copies)
        guard isBinary else {
            await abandonCopy(copies)
            throw PostgreSQLError(.unexpectedStatement, "the COPY is not in binary format: add (FORMAT binary)")
        }
        return copies
    }

    /// Whether its format is binary.
    private func startCopy(_ sql: String) async throws(PostgreSQLError) -> Bool {
        guard PQsendQuery(session.pointer, sql) == 1 else { throw lost() }
        let deadline = copyDeadline
        while let result = try await nextResult(until: deadline) {
            if PQresultStatus(result.pointer) == PGRES_COPY_OUT { return PQbinaryTuples(result.pointer) == 1 }
            try refuseCopy(result)
            if let failed = error(in: result) {
                if let failure { throw failure }
                while let next = try await nextResult(until: deadline) { try refuseCopy(next) }
                throw failed
            }
        }
        throw PostgreSQLError(.unexpectedStatement, "the statement is no COPY … TO STDOUT")
    }

    /// Some rows. With the last of them, and when it throws, the turn is passed on.
    func nextCopyBatch(_ number: UInt64) async throws(PostgreSQLError) -> (batch: CopyBatch, isLast: Bool) {
        guard copying == .open(number) else {
            throw failure ?? PostgreSQLError(.connectionClosed, "the COPY was ended before it was read")
        }
        if let failure {
            endCopy()
            throw failure
        }
        guard !Task.isCancelled else {
            await abandonCopy(number)
            throw PostgreSQLError(.cancelled, "the task was cancelled, and the COPY with it")
        }
        copying = .reading
        do throws(PostgreSQLError) {
            let next = try await cancellable { () async throws(PostgreSQLError) in try await self.readCopyBatch() }
            if next.isLast { endCopy() } else { copying = .open(number) }
            return next
        } catch {
            endCopy()
            throw error
        }
    }

    /// Tells the server to stop, and reads what is on its way; nothing when the COPY is at its end already.
    func abandonCopy(_ number: UInt64) async {
        guard copying == .open(number) else { return }
        copying = .reading
        let cancellation = makeCancellation()
        cancellation.request()
        do throws(PostgreSQLError) {
            while try await !readCopyBatch().isLast {}
        } catch {
            // That the COPY ends with an error is what was asked for; a lost connection is remembered as such.
        }
        _ = await cancellation.finish()
        endCopy()
    }

    /// When the next rows must have come that are waited for now.
    private var copyDeadline: ContinuousClock.Instant? {
        answerDeadline(statements: 1).map { $0.advanced(by: copyPatience) }
    }

    private func endCopy() {
        copying = .none
        passTurn()
    }

    private func readCopyBatch() async throws(PostgreSQLError) -> (batch: CopyBatch, isLast: Bool) {
        if let failure { throw failure }
        var batch = CopyBatch()
        var hasAskedSocket = false
        while true {
            var data: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(session.pointer, &data, 1)
            switch length {
            case 1...:
                if let data {
                    batch.append(UnsafeRawBufferPointer(start: data, count: Int(length)))
                    PQfreemem(data)
                }
                if batch.isFull { return (batch, false) }
                hasAskedSocket = false
            case 0 where !hasAskedSocket:
                guard PQconsumeInput(session.pointer) == 1 else { throw lost() }
                hasAskedSocket = true
            case 0:
                // What has come is handed on before more is waited for.
                if !batch.isEmpty { return (batch, false) }
                try await receive(until: copyDeadline)
            case -1:
                var failed: PostgreSQLError?
                let deadline = copyDeadline
                while let result = try await nextResult(until: deadline) {
                    failed = failed ?? error(in: result)
                    if let failure { throw failure }
                }
                if let failed { throw failed }
                return (batch, true)
            default:
                throw lost()
            }
        }
    }
}
