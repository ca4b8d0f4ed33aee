import DeviceSharing
import Foundation
import SharingEngine

/// How long the console takes for a page, beside a long ledger and a full queue.
struct ConsoleBenchmark {
    let server: BenchServer
    let report: Report
    let events: Int
    /// Requests that wait for compliance.
    private let pending = 10_000
    /// Pages of each kind.
    private let pages = 200

    func run() async throws {
        report.section("Console: pages beside \(pending) pending requests and \(events) events")
        let database = "console"
        let connectionString = try await server.makeDatabase(database)
        try await LedgerFill(server: server, events: events).run(database, connectionString)
        let workload = Workload(name: "pending", count: pending, deviceDays: 0, expected: .compliancePending)
        let requests = try await server.withEngine(connectionString) { [pages, pending] engine in
            try await workload.prepare(engine)
            try await concurrently(pending, callers: 256) { try await workload.submit($0, to: engine) }
            return try await engine.queuePage(QueueFilter(order: .age, limit: min(pages, QueueFilter.maximumLimit))).requests
        }
        try await server.settle(database)

        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("devshare-console-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = try ServedProgram(connectionString: connectionString, folder: folder)
        defer { program.stop() }
        let visitor = Visitor(
            address: try await program.address(), cookies: folder.appendingPathComponent("cookies").path)
        try await visitor.signIn()

        for (name, query) in [
            ("by deadline", "order=deadline"), ("by age", "order=age"), ("by requester", "order=requester"),
            ("of one user", "find=pending-owner-77"), ("unclaimed", "claim=nobody"), ("escalated", "escalated=yes"),
        ] {
            // The part behind the number sign is not sent: the same page again and again.
            let time = try await visitor.median("/console/queue?\(query)#[1-\(pages)]")
            report.figure("queue \(name), median", time, unit: "ms", atMost: 20)
        }
        let ids = requests.map(\.request.description).joined(separator: ",")
        report.figure(
            "request, median", try await visitor.median("/console/requests/{\(ids)}"), unit: "ms", atMost: 20)
        report.figure("desk, median", try await visitor.median("/console/desk#[1-20]"), unit: "ms", atMost: 100)
    }
}

/// curl, signed in to a console as its first sample person.
private struct Visitor {
    let address: String
    let cookies: String

    private func curl(_ arguments: String...) async throws -> String {
        try await Tool.run(
            "curl", ["--silent", "--show-error", "--fail", "--cookie", cookies, "--cookie-jar", cookies] + arguments)
    }

    func signIn() async throws {
        let page = try await curl(address + "/console/sign-in")
        guard let token = page.firstMatch(of: /name="form" value="([^"]+)"/)?.1,
            let person = page.firstMatch(of: /name="person" value="([^"]+)"/)?.1
        else { throw BenchmarkError("the console lets nobody sign in:\n\(page)") }
        _ = try await curl(
            "--data-urlencode", "form=\(token)", "--data-urlencode", "person=\(person)", address + "/console/sign-in")
    }

    /// Milliseconds from the request to the last byte of the page, over one connection. curl makes many addresses of one.
    func median(_ path: String) async throws -> Double {
        let warm = try await curl("--output", "/dev/null", "--write-out", "%{http_code}\n", address + path)
        guard warm.split(separator: "\n").allSatisfy({ $0 == "200" }) else {
            throw BenchmarkError("\(path) is no page: \(warm.prefix(40))")
        }
        let output = try await curl("--output", "/dev/null", "--write-out", "%{time_total}\n", address + path)
        return output.split(separator: "\n").compactMap { Double($0) }.map { $0 * 1_000 }.median
    }
}
