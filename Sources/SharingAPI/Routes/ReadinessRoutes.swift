import Canonical
import EligibilityPolicy
import HTTPEdge
import SharingEngine
import SharingLog

/// `/readyz` and `/readyz/LEDGER`: whether commands can be carried out now, for balancers and operators.
enum ReadinessRoutes {
    static let all = [readiness, ledgerReadiness]

    // MARK: The server

    private static let checks: [ObjectSchema.Member] = [
        .required("status", .string(.choice(["ready", "not-ready"])), "ready where all of the checks are true."),
        .required("database", .boolean, "The database answers."),
        .required("writes", .boolean, "It commits: it is no standby, not read-only and not out of room."),
        .required("migrations", .boolean, "The database has a schema that this program works with."),
        .required("clock", .boolean, "The server's clock agrees with the database's and with the newest event."),
        .required("policy", .boolean, "A policy is active."),
        .required("serving", .boolean, "The server has not been asked to stop."),
    ]

    private static let readinessReport = ObjectSchema("Readiness", "Whether the service can do its work.", checks)

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
        return answer(members(report), isReady: report.isReady)
    }

    // MARK: One ledger

    private static let ledger = Parameter.path("ledger", .text(1...200), "The name of a ledger.")

    private static let problem = ObjectSchema(
        nil, "What is in the way.",
        [
            .required("check", .string(.text(1...40)), "Which check is false."),
            .required("code", .string(.text(1...40)), "Why, such as clock-ahead."),
        ])

    private static let ledgerReport = ObjectSchema(
        "LedgerReadiness", "Whether commands to one ledger can be carried out.",
        [.required("ledger", .string(.text(1...200)), "The ledger.")] + checks + [
            .required(
                "log", .boolean,
                "The log is the one that was signed: false where this server found it shrunk, rewritten or its tree damaged."),
            .required("problems", .array(.object(problem), limit: 20), "What is in the way, one for each check that is false."),
        ])

    private static let ledgerReadiness = Route(
        method: .get, path: "/readyz/{ledger}", name: "getLedgerReadiness", group: .operation, access: .open,
        summary: "Whether commands to one ledger can be carried out now.", parameters: [ledger],
        successes: [
            Route.Success(status: .ok, description: "They can.", content: .json(.object(ledgerReport))),
            Route.Success(
                status: .serviceUnavailable, description: "They cannot.", content: .json(.object(ledgerReport))),
        ], ownProblems: [.ledgerNotFound], isRateLimited: false
    ) { call in
        guard call.parameters.text(ledger.name) == call.backend.tenancy.ledger else {
            throw ProblemDetails(.ledgerNotFound)
        }
        let report = await call.services.readiness.report(isStopping: call.backend.stopping.isSet)
        let doubt = call.services.readiness.sealing.doubt
        var problems = report.problems.map { ($0.check.rawValue, $0.code) }
        if let doubt { problems.append(("log", doubt.rawValue)) }
        var members = members(report)
        members["status"] = status(problems.isEmpty)
        members["ledger"] = .string(call.backend.tenancy.ledger)
        members["log"] = .bool(doubt == nil)
        members["problems"] = .array(problems.map { ["check": .string($0.0), "code": .string($0.1)] })
        return answer(members, isReady: problems.isEmpty)
    }

    // MARK: Answers

    private static func members(_ report: Readiness.Report) -> JSONObject {
        var members = JSONObject()
        members["status"] = status(report.isReady)
        for check in EngineReadiness.Check.allCases { members[check.rawValue] = .bool(report.isRight(check)) }
        return members
    }

    private static func status(_ isReady: Bool) -> JSONValue { .string(isReady ? "ready" : "not-ready") }

    private static func answer(_ members: JSONObject, isReady: Bool) -> Answer {
        .json(.object(members), status: isReady ? .ok : .serviceUnavailable)
    }
}
