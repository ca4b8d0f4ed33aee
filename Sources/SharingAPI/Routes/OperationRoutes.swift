import Canonical
import HTTPEdge
import OpenMetrics

/// What load balancers and operators ask.
enum OperationRoutes {
    static let all = [health, metrics]

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
        await call.services.operation.sample(isStopping: call.backend.stopping.isSet)
        call.services.metrics.sampleProcess()
        let format = Exposition(accepting: call.parameters.texts(accept.name).joined(separator: ","))
        return Answer(content: .text(call.services.metrics.text(format), mediaType: format.contentType))
    }
}
