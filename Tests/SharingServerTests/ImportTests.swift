import Canonical
import InMemoryLogging
import Logging
import NIOCore
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// What an import may ask of a server, beside what `DirectoryTests` says of its lines.
@Suite(.fewAtOnce) struct ImportTests {
    private static let path = "/v1/directory/import"
    private static let lines = [("Content-Type", "application/x-ndjson")]

    private static func user(_ id: String) -> String {
        #"{"type":"user","id":"\#(id)","entity":"E-1","entityKind":"individual","registeredAt":"2020-01-01T00:00:00Z"}"#
    }

    private static func results(_ reply: Reply) throws -> [JSONValue] {
        try reply.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test func aByteOrderMarkAndCarriageReturnsAreTaken() async throws {
        try await API.run { api in
            let text = "\u{FEFF}" + Self.user("cleo") + "\r\n\r\n" + Self.user("dora") + "\r\n"
            let reply = try await api.send(.POST, Self.path, as: .portal, text: text, headers: Self.lines)
            let results = try Self.results(reply)
            #expect(results.map { $0["line"]?.integerValue } == [1, 3])
            #expect(results.map { $0["status"]?.stringValue } == ["recorded", "recorded"])
            // Anywhere else it is no white space.
            let inside = try await api.send(
                .POST, Self.path, as: .portal, text: Self.user("emil") + "\n\u{FEFF}" + Self.user("fritz"), headers: Self.lines)
            #expect(try Self.results(inside).map { $0["status"]?.stringValue } == ["recorded", "refused"])
        }
    }

    @Test func moreLinesThanAreTakenAreRefusedAndNoneIsRecorded() async throws {
        var limits = ServerLimits()
        limits.importLines = 3
        try await API.run(limits: limits) { api in
            let head = try await api.engine.log.head()
            let four = (1...4).map { Self.user("user\($0)") }.joined(separator: "\n")
            let refused = try await api.send(.POST, Self.path, as: .portal, text: four, headers: Self.lines)
            #expect(refused.status == 413)
            #expect(refused.code == "too-many-lines")
            #expect(try await api.engine.log.head() == head)
            let three = (1...3).map { Self.user("user\($0)") }.joined(separator: "\n\n \n") + "\n\n\n"
            let taken = try await api.send(.POST, Self.path, as: .portal, text: three, headers: Self.lines)
            #expect(try Self.results(taken).count == 3, "empty lines do not count")
        }
    }

    @Test func refusalsBeyondSomeAreToldByTheirCodesAlone() async throws {
        var limits = ServerLimits()
        limits.importProblems = 2
        try await API.run(limits: limits) { api in
            let text = ["{}", "nonsense", Self.user("ana"), "{}", "{", Self.user("ana b")].joined(separator: "\n")
            let results = try Self.results(
                try await api.send(.POST, Self.path, as: .portal, text: text, headers: Self.lines))
            for result in results { #expect(Schema.object(.importResult).problems(of: result).isEmpty) }
            #expect(results.map { $0["line"]?.integerValue } == [1, 2, 3, 4, 5, 6])
            #expect(
                results.map { $0["code"]?.stringValue }
                    == ["request-invalid", "body-malformed", nil, "request-invalid", "body-malformed", "request-invalid"])
            #expect(results.map { $0["problem"] != nil } == [true, true, false, false, false, false])
        }
    }

    @Test func whatIsSaidOfRefusalsIsBoundedInBytes() async throws {
        try await API.run { api in
            let line = "{" + (0..<60).map { #""\#(String(repeating: "x", count: 900))\#($0)":1"# }.joined(separator: ",") + "}\n"
            let text = String(repeating: line, count: 250)
            let reply = try await api.send(.POST, Self.path, as: .portal, text: text, headers: Self.lines)
            #expect(reply.status == 200)
            #expect(try Self.results(reply).count == 250)
            #expect(reply.bytes.count < 2 << 20, "\(reply.bytes.count)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func anImportEndsWithItsClient() async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        let count = 30_000
        try await API.run(logger: logger) { api in
            let token = try await api.token(.portal)
            let before = try await api.engine.log.head().rawValue
            let body = (0..<count).map { Self.user("user\($0)") }.joined(separator: "\n")
            let connection = try RawConnection(port: api.port)
            let head =
                "POST \(Self.path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n"
            await RawConnection.offThePool { connection.send(head + body) }
            try await eventually("the import is under way") { try await api.engine.log.head().rawValue > before }
            connection.close()
            try await eventually("the import has ended") {
                log.entries.contains { $0.message == "answered" && $0.metadata["route"] == "\(Self.path)" }
            }
            let after = try await api.engine.log.head().rawValue
            #expect(after - before < Int64(count), "\(after - before) of \(count) were recorded")
            #expect(!log.entries.contains { $0.level >= .error }, "a client that goes is no failure")
            #expect(try await api.send(.GET, "/v1/users/user0", as: .portal).status == 200)
        }
    }

    @Test("A connection that breaks in the middle of a body is no failure of the server")
    func brokenConnections() async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        try await API.run(logger: logger) { api in
            let token = try await api.token(.portal)
            let head =
                "POST \(Self.path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: 100000\r\n\r\n"
            let count = 20
            for _ in 0..<count {
                let connection = try RawConnection(port: api.port)
                await RawConnection.offThePool { connection.send(head + Self.user("ana")) }
                connection.reset()
            }
            try await eventually("what arrived of them has been given up") {
                log.entries.filter { $0.message == "answered" && $0.metadata["route"] == "\(Self.path)" }.count > 0
            }
            let failures = log.entries.filter { $0.level >= .error }
            #expect(failures.isEmpty, "\(failures.map { "\($0.message) \($0.metadata)" })")
        }
    }

    /// The HTTP server's stand-in for the body of a request ended the process where it was given up after its reader, which is
    /// a race that a short import loses now and then.
    @Test(.timeLimit(.minutes(5))) func shortImportsByTheThousandLeaveTheServerRunning() async throws {
        var limits = ServerLimits()
        limits.requestsPerSecond = 100_000
        limits.burst = 100_000
        try await API.run(limits: limits) { api in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<8 {
                    group.addTask {
                        for _ in 0..<400 {
                            let reply = try await api.send(
                                .POST, Self.path, as: .portal, text: "{}\n", headers: Self.lines)
                            #expect(reply.status == 200, "caller \(caller): \(reply.text)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
