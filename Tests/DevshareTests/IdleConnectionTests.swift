import Canonical
import Foundation
import TestSupport
import Testing

@testable import devshare

/// Connections by the thousand. Each end has a process of its own, and neither is this one: a process with so many files open
/// cannot well start others.
@Suite(.fewAtOnce) struct IdleConnectionTests {
    @Test(.timeLimit(.minutes(10))) func tenThousandIdleConnectionsHarmNobody() async throws {
        // Fewer where the system forbids so many.
        let count = FileLimit.makeRoom(for: 10_000)
        let server = try await ServedProgram.start(on: Program.ready().program, "--log-format", "json")
        defer { server.program.signal(SIGKILL) }
        let token = try await server.token(.portal)
        let port = server.port
        func ask(_ path: String) async throws -> String {
            let connection = try RawConnection(port: port)
            connection.send(
                "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n")
            return await connection.receive()
        }

        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("idle-connections.sh")
        let signal = try temporaryFolder().appendingPathComponent("ask")
        let clients = try Program().start(
            [script.path, "\(count)", "\(port)", signal.path], executable: URL(fileURLWithPath: "/bin/bash"))
        defer { clients.signal(SIGKILL) }
        try await eventually("all are connected", within: .seconds(300)) { clients.output.hasPrefix("open") || clients.hasEnded }
        for path in ["/healthz", "/v1/share-requests", "/openapi.json"] {
            #expect(try await ask(path).hasPrefix("HTTP/1.1 200"), "\(path)")
        }
        // Each is answered, unless it was idle for too long by then and has been closed.
        try Data().write(to: signal)
        let outcome = try await clients.end()
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.hasSuffix(" other 0\n"), "\(outcome.output)")
        #expect(try await ask("/healthz").hasPrefix("HTTP/1.1 200"))

        server.program.signal(SIGTERM)
        let ending = try await server.program.end()
        #expect(ending.status == 128 + SIGTERM)
        let levels = ending.error.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0))["level"]?.stringValue }
        #expect(levels.count { $0 == "error" || $0 == "critical" } == 0)
    }
}
