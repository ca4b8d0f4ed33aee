import Canonical
import SharingEngine

/// What load balancers and operators ask.
enum OperationRoutes {
    static let all = [health, readiness]

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
        ]
    ) { _ in .json(["status": "ok"]) }

    private static let readinessReport = ObjectSchema(
        "Readiness", "Whether the service can do its work.",
        [
            .required("status", .string(.choice(["ready", "not-ready"])), "ready where all of the others are."),
            .required("database", .boolean, "The database answers."),
            .required("migrations", .boolean, "The database has the migrations of this program."),
            .required("policy", .boolean, "A policy is active."),
        ])

    private static let readiness = Route(
        method: .get, path: "/readyz", name: "getReadiness", group: .operation, access: .open,
        summary: "Whether the service can do its work: database, migrations, policy.",
        successes: [
            Route.Success(status: .ok, description: "It can.", content: .json(.object(readinessReport))),
            Route.Success(
                status: .serviceUnavailable, description: "It cannot.", content: .json(.object(readinessReport))),
        ]
    ) { call in
        let report = await call.backend.readiness.report()
        return .json(
            [
                "status": .string(report.isReady ? "ready" : "not-ready"), "database": .bool(report.database),
                "migrations": .bool(report.migrations), "policy": .bool(report.policy),
            ], status: report.isReady ? .ok : .serviceUnavailable)
    }
}
