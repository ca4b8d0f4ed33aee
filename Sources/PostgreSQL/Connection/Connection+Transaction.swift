/// PostgreSQL's isolation levels (manual, section 13.2).
package enum IsolationLevel: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension Connection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws or its task is cancelled.
    package nonisolated func transaction<Value: Sendable>(
        isolation level: IsolationLevel = .readCommitted, readOnly: Bool = false,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await execute(script: "BEGIN ISOLATION LEVEL \(level.rawValue)\(readOnly ? " READ ONLY" : "")")
        let value: Value
        do {
            value = try await body(self)
            try Task.checkCancellation()
        } catch {
            await rollBack()
            throw error
        }
        let result = try await query("COMMIT")
        // COMMIT of a failed transaction is a rollback that reports success.
        guard result.commandTag == "COMMIT" else {
            throw PostgreSQLError(.transactionAborted, "a statement of the transaction had failed, so it was rolled back")
        }
        return value
    }

    /// Rolls back even when the task is cancelled; a connection that cannot is given up.
    private nonisolated func rollBack() async {
        let rollBack = Task {
            do throws(PostgreSQLError) {
                try await self.execute(script: "ROLLBACK")
            } catch {
                await self.fail(error)
            }
        }
        await rollBack.value
    }
}
