import Canonical
import Foundation
import TestSupport
import Testing

@testable import devshare

/// Connections by the thousand. Each end has a process of its own: the system lets none have files without end.
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

        // Not faster than the server takes them: what the system cannot keep for it is lost.
        var connections: [RawConnection] = []
        while connections.count < count {
            connections += try (0..<min(250, count - connections.count)).map { _ in try RawConnection(port: port) }
            #expect(try await ask("/healthz").hasPrefix("HTTP/1.1 200"))
        }
        for path in ["/healthz", "/v1/share-requests", "/openapi.json"] {
            #expect(try await ask(path).hasPrefix("HTTP/1.1 200"), "\(path)")
        }
        // Each is answered, unless it was idle for too long by then and has been closed.
        let answers = await RawConnection.offThePool { [connections] in
            for connection in connections {
                connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            }
            return connections.map { $0.receiveBlocking() }
        }
        #expect(answers.count { !$0.hasEnded } == 0)
        #expect(answers.count { !$0.text.isEmpty && !$0.text.hasPrefix("HTTP/1.1 200") } == 0)
        #expect(try await ask("/healthz").hasPrefix("HTTP/1.1 200"))

        server.program.signal(SIGTERM)
        let ending = try await server.program.end()
        #expect(ending.status == 128 + SIGTERM)
        let levels = ending.error.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0))["level"]?.stringValue }
        #expect(levels.count { $0 == "error" || $0 == "critical" } == 0)
    }
}
