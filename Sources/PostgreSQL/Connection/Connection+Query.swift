import CLibPQ

extension Connection {
    /// Runs one statement.
    package func query(_ statement: Statement) async throws(PostgreSQLError) -> QueryResult {
        let results = try await pipeline([statement])
        guard let result = results.first else { throw PostgreSQLError(.unexpectedStatement, "the server gave no result") }
        return result
    }

    package func query(_ sql: String, _ parameters: any PostgresEncodable...) async throws(PostgreSQLError) -> QueryResult {
        try await query(Statement(sql, parameters))
    }

    /// Runs statements in one round trip. Outside a transaction they are one: all take effect or none. Throws the error of
    /// the first that fails, with its index.
    package func pipeline(_ statements: [Statement]) async throws(PostgreSQLError) -> [QueryResult] {
        guard !statements.isEmpty else { return [] }
        var encoded: [EncodedStatement] = []
        encoded.reserveCapacity(statements.count)
        for statement in statements { encoded.append(try EncodedStatement(statement)) }
        let batch = encoded
        return try await inTurn { () async throws(PostgreSQLError) in
            try await self.cancellable { () async throws(PostgreSQLError) in try await self.exchange(batch) }
        }
    }

    /// Runs SQL without parameters, several statements if need be, by the simple protocol: for migrations and settings.
    package func execute(script: String) async throws(PostgreSQLError) {
        try await inTurn { () async throws(PostgreSQLError) in
            try await self.cancellable { () async throws(PostgreSQLError) in
                guard PQsendQuery(self.session.pointer, script) == 1 else { throw self.lost() }
                try await self.flush()
                var failed: PostgreSQLError?
                while let result = try await self.nextResult() {
                    if let error = Self.error(in: result), failed == nil { failed = error }
                }
                if let failed { throw failed }
            }
        }
    }

    /// Cancels on the server what `body` has sent when the task is cancelled, and waits until the server has said so: the
    /// connection is usable again when this returns.
    func cancellable<Value: Sendable>(
        _ body: () async throws(PostgreSQLError) -> Value
    ) async throws(PostgreSQLError) -> Value {
        let cancellation = Cancellation(session: session)
        let result: Result<Value, PostgreSQLError> = await withTaskCancellationHandler {
            do throws(PostgreSQLError) { return .success(try await body()) } catch { return .failure(error) }
        } onCancel: {
            cancellation.request()
        }
        guard await cancellation.finish() else { return try result.get() }
        switch result {
        case .success(let value): return value // it was done before the server heard of the cancellation
        case .failure(let error) where error.sqlState == .queryCanceled:
            throw PostgreSQLError(.cancelled, "the task was cancelled, and the statement with it", report: error.report)
        case .failure(let error): throw error
        }
    }

    private func exchange(_ statements: [EncodedStatement]) async throws(PostgreSQLError) -> [QueryResult] {
        guard PQenterPipelineMode(session.pointer) == 1 else { throw lost() }
        let steps = try send(statements)
        var results: [QueryResult] = []
        results.reserveCapacity(statements.count)
        var failed: PostgreSQLError?
        for step in steps {
            // Each step answers with a result and an end mark.
            guard let result = try await nextResult() else { throw lost() }
            let status = PQresultStatus(result.pointer)
            switch step {
            case .prepare(let index):
                if status != PGRES_COMMAND_OK {
                    prepared.forget(statements[index].key, isOnServer: false)
                    if failed == nil { failed = Self.error(in: result, statement: index, of: statements.count) }
                }
            case .execute(let index):
                if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK {
                    results.append(QueryResult(result))
                } else if failed == nil {
                    failed = Self.error(in: result, statement: index, of: statements.count)
                        ?? PostgreSQLError(.unexpectedStatement, "a COPY cannot be part of a pipeline", statementIndex: index)
                }
            case .discard:
                break
            }
            while try await nextResult() != nil {}
        }
        guard let sync = try await nextResult(), PQresultStatus(sync.pointer) == PGRES_PIPELINE_SYNC,
            PQexitPipelineMode(session.pointer) == 1
        else { throw lost() }
        if let failed {
            if failed.report?.endsConnection == true { fail(failed) }
            throw failed
        }
        return results
    }

    private enum Step {
        case discard
        case prepare(Int)
        case execute(Int)
    }

    /// Queues everything with libpq and sends as much as the socket takes.
    private func send(_ statements: [EncodedStatement]) throws(PostgreSQLError) -> [Step] {
        var steps: [Step] = []
        for name in prepared.takeDiscarded() {
            guard PQsendQueryParams(session.pointer, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 0) == 1 else { throw lost() }
            steps.append(.discard)
        }
        for (index, statement) in statements.enumerated() {
            let name: String
            if let known = prepared.name(for: statement.key) {
                name = known
            } else {
                name = prepared.add(statement.key)
                let types = statement.key.types
                guard PQsendPrepare(session.pointer, name, statement.key.sql, Int32(types.count), types) == 1 else {
                    throw lost()
                }
                steps.append(.prepare(index))
            }
            let sent = statement.parameters.withLibPQArguments { count, values, lengths, formats in
                PQsendQueryPrepared(session.pointer, name, count, values, lengths, formats, 1)
            }
            guard sent == 1 else { throw lost() }
            steps.append(.execute(index))
        }
        guard PQpipelineSync(session.pointer) == 1 else { throw lost() }
        return steps
    }

    // MARK: The socket

    /// Sends what libpq holds back.
    func flush() async throws(PostgreSQLError) {
        while true {
            switch PQflush(session.pointer) {
            case 0: return
            case 1:
                // The server may be waiting for us to read before it reads on.
                await watch.wait(for: .write, isolation: self)
                if let failure { throw failure }
                guard PQconsumeInput(session.pointer) == 1 else { throw lost() }
            default: throw lost()
            }
        }
    }

    /// The next result of what was sent; nil at its end.
    func nextResult() async throws(PostgreSQLError) -> ResultStorage? {
        while PQisBusy(session.pointer) == 1 {
            try await receive()
        }
        return PQgetResult(session.pointer).map(ResultStorage.init)
    }

    /// Waits for bytes from the server and takes them in.
    func receive() async throws(PostgreSQLError) {
        if PQflush(session.pointer) == 1 { try await flush() }
        await watch.wait(for: .read, isolation: self)
        if let failure { throw failure }
        guard PQconsumeInput(session.pointer) == 1 else { throw lost() }
    }

    static func error(in result: ResultStorage, statement index: Int = 0, of count: Int = 1) -> PostgreSQLError? {
        let status = PQresultStatus(result.pointer)
        guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_PIPELINE_ABORTED else { return nil }
        guard let report = ServerReport(result.pointer) else {
            let message = PQresultErrorMessage(result.pointer).map { String(cString: $0) } ?? ""
            return PostgreSQLError(
                .connectionLost, message.split(separator: "\n").first.map(String.init) ?? "the server did not answer")
        }
        let code: PostgreSQLError.Code = report.sqlState == .queryCanceled ? .timedOut : .statementFailed
        return PostgreSQLError(
            report.endsConnection ? .connectionLost : code, report.message, report: report,
            statementIndex: count > 1 ? index : nil)
    }
}
