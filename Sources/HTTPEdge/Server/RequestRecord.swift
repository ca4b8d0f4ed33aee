import HTTPTypes
import Hummingbird
import Logging

/// What every request has, whatever answers it: an id, a measure, and a line in the log.
package struct RequestRecord: Sendable {
    let metrics: HTTPMetrics
    let logger: Logger

    /// A request that is being answered.
    package struct Entry: Sendable {
        package let id: String
        /// Names the request in each line.
        let logger: Logger
        fileprivate let started: ContinuousClock.Instant
    }

    /// - Parameters:
    ///   - endpoint: nil where there is nothing at the address.
    ///   - answer: gets the request's id and a logger that names it.
    package func keep(
        of request: Request, _ context: EdgeContext, endpoint: (any Endpoint)?,
        _ answer: (String, Logger) async -> Response
    ) async -> Response {
        let entry = open(RequestID.of(request.headers))
        var response = await answer(entry.id, entry.logger)
        close(
            entry, response.status, &response.headers, method: request.method.rawValue, endpoint, peer: context.peer)
        return response
    }

    package func open(_ id: String) -> Entry {
        metrics.began()
        var named = logger
        named[metadataKey: "request"] = .string(id)
        return Entry(id: id, logger: named, started: .now)
    }

    /// Tells the client the request's id, and counts and logs the answer.
    package func close(
        _ entry: Entry, _ status: HTTPResponse.Status, _ headers: inout HTTPFields, method: String,
        _ endpoint: (any Endpoint)?, peer: String
    ) {
        if let field = RequestID.field { headers[field] = entry.id }
        let time = ContinuousClock.now - entry.started
        metrics.answered(endpoint, status: status, after: time)
        entry.logger.info(
            "answered",
            metadata: [
                "method": "\(method)", "route": "\(endpoint?.path ?? "unknown")", "status": .stringConvertible(status.code),
                "milliseconds": .stringConvertible(Int(time / .milliseconds(1))), "peer": "\(peer)",
            ])
    }
}
