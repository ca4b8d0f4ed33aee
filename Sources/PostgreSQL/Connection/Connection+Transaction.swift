/// PostgreSQL's isolation levels (manual, section 13.2).
package enum IsolationLevel: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension Connection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws or its task is cancelled. Whoever
    /// else uses the connection meanwhile is in the transaction too; there are no transactions inside transactions.
    package nonisolated func transaction<Value>(
        isolation level: IsolationLevel = .readCommitted, readOnly: Bool = false,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        guard await !isInTransaction else {
            throw PostgreSQLError(.unexpectedStatement, "a transaction is open on this connection already")
        }
        try await execute(script: "BEGIN ISOLATION LEVEL \(level.rawValue)\(readOnly ? " READ ONLY" : "")")
        do {
            let value = try await body(self)
            try Task.checkCancellation()
            // COMMIT of a failed transaction is a rollback that reports success.
            guard try await query("COMMIT").commandTag == "COMMIT" else {
                throw PostgreSQLError(.transactionAborted, "a statement of the transaction had failed, so it was rolled back")
            }
            return value
        } catch {
            await rollBack()
            throw error
        }
    }

    /// Rolls back what is open, even when the task is cancelled; a connection that cannot is given up.
    private nonisolated func rollBack() async {
        let rollBack = Task {
            do throws(PostgreSQLError) {
                // A COPY that was let go of may still be on its end, and hides what state the transaction is in.
                try await self.inTurn { () async throws(PostgreSQLError) in }
                if await self.isInTransaction { try await self.execute(script: "ROLLBACK") }
            } catch {
                await self.fail(error)
            }
        }
        await rollBack.value
    }
}
