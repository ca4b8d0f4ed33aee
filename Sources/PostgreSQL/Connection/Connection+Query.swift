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

    /// Runs SQL without parameters, several statements if need be, by the simple protocol: for migrations and settings. A
    /// transaction that the script opens and does not come to the end of is rolled back.
    package func execute(script: String) async throws(PostgreSQLError) {
        try EncodedStatement.check(script)
        try await inTurn { () async throws(PostgreSQLError) in
            let wasInTransaction = self.isInTransaction
            do throws(PostgreSQLError) {
                try await self.cancellable { () async throws(PostgreSQLError) in try await self.exchange(script) }
            } catch {
                // Not cancellable: the task may be cancelled already, and the session must be left clean all the same.
                if !wasInTransaction, self.isInTransaction { try await self.exchange("ROLLBACK") }
                throw error
            }
        }
    }

    /// Runs a script in the turn of the caller.
    func exchange(_ script: String) async throws(PostgreSQLError) {
        guard PQsendQuery(session.pointer, script) == 1 else { throw lost() }
        // Not fewer than there are statements.
        let deadline = answerDeadline(statements: script.utf8.reduce(1) { $1 == UInt8(ascii: ";") ? $0 + 1 : $0 })
        var failed: PostgreSQLError?
        while let result = try await nextResult(until: deadline) {
            try refuseCopy(result)
            if let error = error(in: result), failed == nil { failed = error }
            if let failure { throw failure }
        }
        if let failed { throw failed }
    }

    private func exchange(_ statements: [EncodedStatement]) async throws(PostgreSQLError) -> [QueryResult] {
        guard PQenterPipelineMode(session.pointer) == 1 else { throw lost() }
        let steps = try send(statements)
        let deadline = answerDeadline(statements: statements.count)
        var results: [QueryResult] = []
        results.reserveCapacity(statements.count)
        var failed: PostgreSQLError?
        for step in steps {
            guard let result = try await nextResult(until: deadline) else { throw lost() }
            let status = PQresultStatus(result.pointer)
            if case .sync = step {
                guard status == PGRES_PIPELINE_SYNC else { throw lost() }
                continue
            }
            try refuseCopy(result)
            let isDone = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY
            switch step {
            case .sync: break
            case .discard(let name):
                if !isDone { prepared.discardingFailed(name, with: error(in: result)?.sqlState) }
            case .prepare(let index, let name):
                if !isDone {
                    prepared.preparationFailed(name)
                    failed = failed ?? error(in: result, statement: index, of: statements.count)
                }
            case .execute(let index):
                if isDone {
                    results.append(QueryResult(result))
                } else if failed == nil {
                    failed = error(in: result, statement: index, of: statements.count)
                    prepared.executionFailed(statements[index].key, with: failed?.sqlState)
                }
            }
            if let failure { throw failure }
            // Each step answers with a result and an end mark.
            while try await nextResult(until: deadline) != nil {}
        }
        guard PQexitPipelineMode(session.pointer) == 1 else { throw lost() }
        if let failed { throw failed }
        guard results.count == statements.count else { throw lost() }
        return results
    }

    private enum Step {
        case discard(String)
        case prepare(Int, name: String)
        case execute(Int)
        case sync
    }

    /// Queues everything with libpq and sends as much as the socket takes.
    private func send(_ statements: [EncodedStatement]) throws(PostgreSQLError) -> [Step] {
        var steps: [Step] = []
        // Apart from the statements, and never inside a transaction, so that none of them can suffer from it.
        if PQtransactionStatus(session.pointer) == PQTRANS_IDLE {
            for name in prepared.takeDiscarded() {
                guard PQsendQueryParams(session.pointer, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 0) == 1,
                    PQpipelineSync(session.pointer) == 1
                else { throw lost() }
                steps += [.discard(name), .sync]
            }
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
                steps.append(.prepare(index, name: name))
            }
            let sent = statement.parameters.withLibPQArguments { count, values, lengths, formats in
                PQsendQueryPrepared(session.pointer, name, count, values, lengths, formats, 1)
            }
            guard sent == 1 else { throw lost() }
            steps.append(.execute(index))
        }
        guard PQpipelineSync(session.pointer) == 1 else { throw lost() }
        steps.append(.sync)
        return steps
    }
}
