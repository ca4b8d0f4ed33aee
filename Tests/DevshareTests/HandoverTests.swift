import DeviceSharing
import Foundation
import TestSupport
import Testing

/// A server that is started while the one before it still stops, both with the embedded database of one folder.
@Suite(.fewAtOnce) struct HandoverTests {
    private static func status(_ path: String, of served: ServedProgram, _ token: String) async throws -> String {
        let connection = try RawConnection(port: served.port)
        connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n")
        return String(await connection.receive().prefix(12))
    }

    @Test(.timeLimit(.minutes(10))) func aServerKeepsItsDatabaseWhenTheOneBeforeItHasStopped() async throws {
        let data = try temporaryFolder()
        let program = Program()
        let old = try await ServedProgram.start(on: program, data: data)
        defer { old.program.signal(SIGKILL) }
        let token = try await old.token(.portal)
        // Something to see through: the old server stops when this request has ended.
        let slow = try RawConnection(port: old.port)
        slow.send(
            "POST /v1/share-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100\r\n\r\n{")
        slow.setPatience(.milliseconds(200))
        #expect(await slow.receive(once: true).isEmpty)
        old.program.signal(SIGTERM)
        try await eventually("the old server accepts nothing more") { (try? RawConnection(port: old.port)) == nil }

        let new = try await ServedProgram.start(on: program, data: data)
        defer { new.program.signal(SIGKILL) }
        #expect(try await Self.status("/readyz", of: new, token) == "HTTP/1.1 200")
        #expect(!old.program.hasEnded)
        slow.close()
        #expect(try await old.program.end().status == 128 + SIGTERM)

        #expect(try await Self.status("/v1/share-requests", of: new, token) == "HTTP/1.1 200")
        #expect(try await Self.status("/readyz", of: new, token) == "HTTP/1.1 200")
        // What the new one records is there for the next.
        new.program.signal(SIGTERM)
        #expect(try await new.program.end().status == 128 + SIGTERM)
        let third = try await ServedProgram.start(on: program, data: data)
        defer { third.program.signal(SIGTERM) }
        #expect(try await Self.status("/readyz", of: third, token) == "HTTP/1.1 200")
    }
}
