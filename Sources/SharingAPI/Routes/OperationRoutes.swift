import Canonical
import HTTPEdge
import OpenMetrics
import SharingEngine

/// What load balancers and operators ask.
enum OperationRoutes {
    static let all = [health, readiness, metrics]

    private static let health = Route(
        method: .get, path: "/healthz", name: "getHealth", group: .operation, access: .open,
        summary: "Whether the process answers.",
        successes: [
            Route.Success(
                status: .ok, description: "It does.",
                content: .json(
                    .object(
                        ObjectSchema(
                            "Health", "That the process answers.",
                            [.required("status", .string(.choice(["ok"])), "ok.")]))))
        ], isRateLimited: false
    ) { _ in .json(["status": "ok"]) }

    private static let readinessReport = ObjectSchema(
        "Readiness", "Whether the service can do its work.",
        [
            .required("status", .string(.choice(["ready", "not-ready"])), "ready where all of the others are."),
            .required("database", .boolean, "The database answers."),
            .required("writes", .boolean, "It commits: it is no standby, not read-only and not out of room."),
            .required("migrations", .boolean, "The database has a schema that this program works with."),
            .required("clock", .boolean, "The server's clock agrees with the database's and with the newest event."),
            .required("policy", .boolean, "A policy is active."),
            .required("serving", .boolean, "The server has not been asked to stop."),
        ])

    private static let readiness = Route(
        method: .get, path: "/readyz", name: "getReadiness", group: .operation, access: .open,
        summary: "Whether the service can carry out commands now; a commit is tried, at most once a second.",
        successes: [
            Route.Success(status: .ok, description: "It can.", content: .json(.object(readinessReport))),
            Route.Success(
                status: .serviceUnavailable, description: "It cannot.", content: .json(.object(readinessReport))),
        ], isRateLimited: false
    ) { call in
        let report = await call.services.readiness.report(isStopping: call.backend.stopping.isSet)
        var answer = JSONObject()
        answer["status"] = .string(report.isReady ? "ready" : "not-ready")
        for check in EngineReadiness.Check.allCases { answer[check.rawValue] = .bool(!report.wrong.contains(check)) }
        return .json(.object(answer), status: report.isReady ? .ok : .serviceUnavailable)
    }

    private static let accept = Parameter(
        name: "Accept", place: .header, schema: .string(.printable(0...1_000)), isList: true,
        description: "application/openmetrics-text for OpenMetrics 1.0.")

    private static let metrics = Route(
        method: .get, path: "/metrics", name: "getMetrics", group: .operation, access: .roles([.operator, .auditor]),
        summary: "What server and engine measure, for Prometheus and its like.",
        description: "OpenMetrics 1.0 where it is asked for, the Prometheus text format otherwise.",
        parameters: [accept],
        successes: [
            Route.Success(
                status: .ok, description: "The metrics.",
                content: .text(mediaTypes: ["text/plain", "application/openmetrics-text"]))
        ]
    ) { call in
        let format = Exposition(accepting: call.parameters.texts(accept.name).joined(separator: ","))
        return Answer(content: .text(call.services.metrics.text(format), mediaType: format.contentType))
    }
}
