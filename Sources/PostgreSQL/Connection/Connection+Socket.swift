import CLibPQ

extension Connection {
    /// The next result of what was sent; nil at its end. Gives the connection up where the server is silent at the deadline.
    func nextResult(until deadline: ContinuousClock.Instant? = nil) async throws(PostgreSQLError) -> ResultStorage? {
        while PQisBusy(session.pointer) == 1 { try await receive(until: deadline) }
        return PQgetResult(session.pointer).map(ResultStorage.init)
    }

    /// Sends what libpq holds back, waits for bytes from the server and takes them in.
    func receive(until deadline: ContinuousClock.Instant? = nil) async throws(PostgreSQLError) {
        switch PQflush(session.pointer) {
        case 0: await watch.wait(for: .readable, until: deadline, isolation: self)
        // The server may not read on before we have read what it has sent.
        case 1: await watch.wait(for: .readableOrWritable, until: deadline, isolation: self)
        default: throw lost()
        }
        if let failure { throw failure }
        // What came while this process slept, or was busy elsewhere, came in time.
        if let deadline, ContinuousClock.now >= deadline, watch.isSilent { throw unanswered() }
        guard PQconsumeInput(session.pointer) == 1 else { throw lost() }
    }

    /// What went wrong with a statement, if anything did. One that ends the connection is remembered as its failure.
    func error(in result: ResultStorage, statement index: Int = 0, of count: Int = 1) -> PostgreSQLError? {
        let status = PQresultStatus(result.pointer)
        guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_PIPELINE_ABORTED else { return nil }
        let statementIndex = count > 1 ? index : nil
        guard let report = ServerReport(result.pointer) else {
            // libpq speaks, not the server: the two have lost each other.
            let message = PQresultErrorMessage(result.pointer).map { String(cString: $0) } ?? ""
            let line = message.split(separator: "\n").first.map(String.init) ?? "the server did not answer"
            return fail(PostgreSQLError(.connectionLost, line, statementIndex: statementIndex))
        }
        guard !report.endsConnection else {
            return fail(PostgreSQLError(.connectionLost, report.message, report: report, statementIndex: statementIndex))
        }
        return PostgreSQLError(.statementFailed, report.message, report: report, statementIndex: statementIndex)
    }

    /// COPY needs a call of its own. The connection is given up, since the server now waits for data or sends it.
    func refuseCopy(_ result: ResultStorage) throws(PostgreSQLError) {
        switch PQresultStatus(result.pointer) {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            let error = PostgreSQLError(.unexpectedStatement, "COPY is not a query: read it with copyOut")
            fail(PostgreSQLError(.connectionClosed, "the connection was closed because of an unexpected COPY"))
            throw error
        default: break
        }
    }
}
