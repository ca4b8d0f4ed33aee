import Canonical
import DeviceSharing
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPEdge

/// What the HTTP decoder takes no request from is answered as every other problem is, and the connection closed.
@Suite(.fewAtOnce) struct MalformedMessageTests {
    private static let host = "Host: x\r\n"

    /// Sends it, and what comes until the server closes.
    private func answers(_ api: API, _ message: String, finishing: Bool = false) async throws -> [Reply] {
        try await answers(api, Array(message.utf8), finishing: finishing)
    }

    private func answers(_ api: API, _ message: [UInt8], finishing: Bool = false) async throws -> [Reply] {
        let connection = try RawConnection(port: api.port)
        connection.send(message)
        if finishing { connection.finish() }
        return replies(await connection.receive())
    }

    /// Answers that each have a Content-Length.
    private func replies(_ text: String) -> [Reply] {
        var replies: [Reply] = []
        var rest = Array(text.utf8)[...]
        while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            let fields = lines.dropFirst().compactMap { line -> (String, String)? in
                line.firstIndex(of: ":").map { colon in
                    (String(line[..<colon]), line[colon...].dropFirst().trimmingCharacters(in: .whitespaces))
                }
            }
            let headers = HTTPHeaders(fields)
            let length = headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
            let body = rest[end.upperBound...].prefix(length)
            replies.append(
                Reply(
                    status: lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0, headers: headers,
                    bytes: Array(body)))
            rest = rest[body.endIndex...]
        }
        return replies
    }

    private func expect(
        _ replies: [Reply], _ status: Int, _ code: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(replies.count == 1, "\(what)", sourceLocation: sourceLocation)
        guard let reply = replies.first else { return }
        #expect(reply.status == status, "\(what)", sourceLocation: sourceLocation)
        #expect(reply.code == code, "\(what)", sourceLocation: sourceLocation)
        #expect(reply.headers.first(name: "Content-Type") == ProblemDetails.mediaType, "\(what)", sourceLocation: sourceLocation)
        #expect(reply.headers.first(name: "Connection") == "close", "\(what)", sourceLocation: sourceLocation)
        #expect(
            reply.json["requestId"]?.stringValue == reply.headers.first(name: "X-Request-ID"), "\(what)",
            sourceLocation: sourceLocation)
        Promises.check(reply, method: "GET", path: "/v1/users/alice", sourceLocation: sourceLocation)
    }

    @Test func moreOfAHeadThanIsReadIsRefused() async throws {
        try await API.run { api in
            let long = String(repeating: "a", count: 60_000)
            let many = (0..<200).map { "X-\($0): x\r\n" }.joined()
            for (what, message) in [
                ("a long value", "GET /healthz HTTP/1.1\r\n\(Self.host)X-Long: \(long)\r\n\r\n"),
                ("a long name", "GET /healthz HTTP/1.1\r\n\(Self.host)\(long): x\r\n\r\n"),
                ("a long value that does not end", "GET /healthz HTTP/1.1\r\n\(Self.host)X-Long: \(long)"),
                ("a long target", "GET /\(long) HTTP/1.1\r\n\(Self.host)\r\n"),
                ("many headers", "GET /healthz HTTP/1.1\r\n\(Self.host)\(many)\r\n"),
            ] {
                expect(try await answers(api, message), 431, "head-too-large", what)
            }
            #expect(try await api.send(.GET, "/healthz").status == 200)
        }
    }

    @Test func whatIsNoHTTPIsRefused() async throws {
        try await API.run { api in
            let post = "POST /v1/share-requests HTTP/1.1\r\n" + Self.host
            for (what, message) in [
                ("no such method", "FROB / HTTP/1.1\r\n\(Self.host)\r\n"),
                ("no method", "/ HTTP/1.1\r\n\(Self.host)\r\n"),
                ("no such version", "GET / HTTP/9.9\r\n\(Self.host)\r\n"),
                ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n"),
                ("a header without a colon", "GET / HTTP/1.1\r\n\(Self.host)nonsense\r\n\r\n"),
                ("a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
                ("NUL in a header", "GET / HTTP/1.1\r\nHost: x\u{0}y\r\n\r\n"),
                ("both lengths", post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
                ("two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
                ("a negative length", post + "Content-Length: -5\r\n\r\n"),
                ("a length that is no number", post + "Content-Length: two\r\n\r\n{}"),
                ("a length beyond all numbers", post + "Content-Length: 99999999999999999999\r\n\r\n{}"),
            ] {
                expect(try await answers(api, message), 400, "message-malformed", what)
            }
            expect(
                try await answers(api, "GET /healthz HTTP/1.1\r\nHost:", finishing: true), 400, "message-malformed",
                "half a head, and no more")
            #expect(try await api.send(.GET, "/healthz").status == 200)
        }
    }

    /// Of such heads two servers in a row could think differently where the request ends, or whose it is.
    @Test func whatAnotherServerCouldReadOtherwiseIsRefused() async throws {
        try await API.run { api in
            let post = "POST /v1/share-requests HTTP/1.1\r\n"
            let hello = post + Self.host
            for (what, message) in [
                ("no Host", "GET /healthz HTTP/1.1\r\n\r\n"),
                ("two hosts", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
                ("the same host twice", "GET /healthz HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n"),
                ("an empty Host", "GET /healthz HTTP/1.1\r\nHost: \r\n\r\n"),
                ("a Host with a user", "GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n"),
                ("a Host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                ("two hosts in one", "GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                ("a Host with a space", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n"),
                ("a port beyond all ports", "GET /healthz HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
                ("a port that is no number", "GET /healthz HTTP/1.1\r\nHost: a:b\r\n\r\n"),
                ("a bracket that is not closed", "GET /healthz HTTP/1.1\r\nHost: [::1\r\n\r\n"),
                ("two hosts in HTTP/1.0", "GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
                ("chunks in HTTP/1.0", "POST /v1/share-requests HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                ("gzip, chunked", hello + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                ("chunked, gzip", hello + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
                ("chunked twice", hello + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                ("chunked, and another", hello + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"),
                ("another coding", hello + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                ("a coding with a parameter", hello + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"),
                ("identity", hello + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"),
                ("a length, then chunks", hello + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                ("chunks, then a length", hello + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                ("the same length twice", hello + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
                ("a list of lengths", hello + "Content-Length: 2, 2\r\n\r\n{}"),
                ("a length with a sign", hello + "Content-Length: +2\r\n\r\n{}"),
                ("a length in hexadecimal", hello + "Content-Length: 0x2\r\n\r\n{}"),
                ("an empty length", hello + "Content-Length: \r\n\r\n"),
                ("a length with a fraction", hello + "Content-Length: 2.0\r\n\r\n{}"),
                ("a header folded", "GET /healthz HTTP/1.1\r\n\(Self.host)X: a\r\n b\r\n\r\n"),
                ("a length folded", hello + "Content-Length:\r\n 2\r\n\r\n{}"),
                ("NUL in a name", "GET /healthz HTTP/1.1\r\n\(Self.host)X\u{0}: a\r\n\r\n"),
                ("a CR alone", "GET /healthz HTTP/1.1\r\n\(Self.host)X: a\rY: b\r\n\r\n"),
                ("a space before the first name", "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n"),
                ("a tab before the colon", hello + "Content-Length\t: 2\r\n\r\n{}"),
            ] {
                let replies = try await answers(api, message + "GET /v1/events HTTP/1.1\r\n\(Self.host)\r\n")
                expect(replies, 400, "message-malformed", what)
            }
            for host in ["x", "x:", "x:80", "sharing.example.com.", "127.0.0.1:8080", "[::1]", "[::1]:8080", "a_b-c.~d"] {
                let replies = try await answers(api, "GET /healthz HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
                #expect(replies.map(\.status) == [200], "\(host)")
            }
            #expect(try await answers(api, "GET /healthz HTTP/1.0\r\n\r\n").map(\.status) == [200])
        }
    }

    @Test func aLengthBeyondAllLimitsIsRefusedAtOnce() async throws {
        try await API.run { api in
            let token = try await api.token(.portal)
            for length in ["9223372036854775808", "9223372036854775807", "18446744073709551615"] {
                let replies = try await answers(
                    api,
                    "POST /v1/share-requests HTTP/1.1\r\n\(Self.host)Authorization: Bearer \(token)\r\n"
                        + "Content-Type: application/json\r\nContent-Length: \(length)\r\nConnection: close\r\n\r\n{}",
                    finishing: true)
                #expect([400, 413].contains(replies.first?.status), "\(length)")
            }
        }
    }

    /// Line feeds alone in the framing of chunks are read differently by different servers.
    @Test func chunksWithBareLineFeedsAreRefused() async throws {
        try await API.run { api in
            let token = try await api.token(.portal)
            let head =
                "POST /v1/share-requests HTTP/1.1\r\n\(Self.host)Authorization: Bearer \(token)\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            for (what, body) in [
                ("an extension that ends with LF", "2;a\n{}\r\n0\r\n\r\n"), ("a size that ends with LF", "2\n{}\r\n0\r\n\r\n"),
                ("data that end with LF", "2\r\n{}\n0\r\n\r\n"), ("a size with a sign", "+2\r\n{}\r\n0\r\n\r\n"),
                ("a size with 0x", "0x2\r\n{}\r\n0\r\n\r\n"), ("a size with a space", "2 \r\n{}\r\n0\r\n\r\n"),
                ("a negative size", "-2\r\n{}\r\n0\r\n\r\n"), ("no size", "\r\n{}\r\n0\r\n\r\n"),
            ] {
                let replies = try await answers(api, head + body + "GET /healthz HTTP/1.1\r\n\(Self.host)\r\n")
                expect(replies, 400, "message-malformed", what)
            }
        }
    }

    /// The request has been read by then: it is its answer that tells of it.
    @Test func aBodyThatIsNotFramedAsItSaysIsRefused() async throws {
        try await API.run { api in
            let token = try await api.token(.portal)
            let head =
                "POST /v1/share-requests HTTP/1.1\r\n\(Self.host)Authorization: Bearer \(token)\r\n"
                + "Content-Type: application/json\r\n"
            let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
            expect(try await answers(api, chunked + "zz\r\n{}\r\n0\r\n\r\n"), 400, "message-malformed", "no chunk size")
            expect(try await answers(api, chunked + "2\r\n{}oops"), 400, "message-malformed", "more than the chunk's size")
            expect(
                try await answers(api, chunked + "FFFFFFFFFFFFFFFFF\r\n{}"), 400, "message-malformed",
                "a chunk beyond all numbers")
            expect(
                try await answers(api, chunked + "50\r\n{\"requ", finishing: true), 400, "message-malformed", "a truncated chunk")
            expect(
                try await answers(api, head + "Content-Length: 80\r\n\r\n{\"requ", finishing: true), 400,
                "message-malformed", "a truncated body")
            #expect(try await api.send(.GET, "/v1/share-requests", as: .portal).json["items"] == [])
        }
    }

    @Test func aPathThatIsNoUTF8IsAnswered() async throws {
        try await API.run { api in
            for path in [[0xFF, 0xC3, 0x28], [0xED, 0xA0, 0x80], Array("%FF%C3%28".utf8)] as [[UInt8]] {
                let message =
                    Array("GET /v1/users/".utf8) + path + Array(" HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n".utf8)
                let replies = try await answers(api, message)
                #expect(replies.count == 1)
                #expect([400, 401, 404].contains(replies.first?.status), "\(path)")
                #expect(replies.first?.headers.first(name: "Content-Type") == ProblemDetails.mediaType)
            }
        }
    }

    @Test func whatCameBeforeIsAnsweredBefore() async throws {
        try await API.run { api in
            let good = "GET /healthz HTTP/1.1\r\n\(Self.host)\r\n"
            let replies = try await answers(api, good + good + "FROB / HTTP/1.1\r\n\(Self.host)\r\n" + good)
            #expect(replies.map(\.status) == [200, 200, 400])
            #expect(replies.last?.code == "message-malformed")
        }
    }

    @Test func refusalsAreCounted() async throws {
        try await API.run { api in
            _ = try await answers(api, "FROB / HTTP/1.1\r\n\r\n")
            let metrics = try await api.send(.GET, "/metrics", as: .operator).text
            #expect(
                metrics.contains(#"devshare_http_request_duration_seconds_count{method="other",route="unknown",status="400"} 1"#))
            #expect(metrics.contains("devshare_http_requests_in_flight 1"))
        }
    }
}
