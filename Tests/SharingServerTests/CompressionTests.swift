import AsyncHTTPClient
import Canonical
import Gzip
import NIOCore
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// gzip, both ways.
@Suite(.fewAtOnce) struct CompressionTests {
    private static let path = "/v1/directory/import"
    private static let wants = [("Accept-Encoding", "gzip")]
    private static let lines = [("Content-Type", "application/x-ndjson")]
    private static let gzippedLines = lines + [("Content-Encoding", "gzip")]

    private static func user(_ number: Int) -> String {
        #"{"type":"user","id":"user\#(number)","entity":"E-1","entityKind":"individual","registeredAt":"2020-01-01T00:00:00Z"}"#
    }

    // MARK: Answers

    @Test func answersAreCompressedForThoseWhoTakeIt() async throws {
        try await API.run { api in
            let plain = try await api.send(.GET, "/openapi.json")
            #expect(plain.headers.first(name: "Content-Encoding") == nil)
            #expect(plain.headers.first(name: "Vary") == "Accept-Encoding")
            let small = try await api.send(.GET, "/openapi.json", headers: Self.wants)
            #expect(small.headers.first(name: "Content-Encoding") == "gzip")
            #expect(small.json == plain.json)
            #expect(small.size * 5 < plain.size, "\(small.size) of \(plain.size)")
            for path in ["/problems", "/docs"] {
                #expect(try await api.send(.GET, path, headers: Self.wants).headers.first(name: "Content-Encoding") == "gzip")
            }
            // Too short to be worth it.
            #expect(try await api.send(.GET, "/healthz", headers: Self.wants).headers.first(name: "Content-Encoding") == nil)
        }
    }

    @Test func whatTheClientLikesBestIsFollowed() {
        for (header, expected) in [
            ("gzip", true), ("GZIP", true), ("x-gzip", true), ("*", true), ("br, gzip;q=0.5", true),
            ("gzip;q=1.0, identity;q=0.5", true),
            ("deflate, gzip;q=0.001", true), ("*;q=0.5", true), ("gzip ; q=0.3", true), ("", false), ("br", false),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false), ("*;q=0", false), ("gzip;q=0.5, identity", false), ("identity", false), ("gzip;q=x", false),
        ] {
            #expect(AnswerCompression.isGzipBest(header) == expected, "\(header)")
        }
    }

    @Test func aStreamOfEventsIsNeverCompressed() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            var request = HTTPClientRequest(url: api.address("/v1/events/stream"))
            request.headers.add(name: "Authorization", value: "Bearer \(try await api.token(.auditor))")
            request.headers.add(name: "Accept-Encoding", value: "gzip")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            #expect(response.headers.first(name: "Content-Encoding") == nil)
            var text = ""
            for try await chunk in response.body {
                text += String(buffer: chunk)
                if text.contains("user-registered") { break }
            }
            #expect(text.contains("user-registered"))
        }
    }

    @Test func anAnswerWithASecretIsNotCompressed() {
        let long = JSONValue.string(String(repeating: "x", count: 4_096))
        for (isSecret, coding) in [(true, nil), (false, "gzip")] {
            var answer = Answer.json(["secret": long])
            answer.isSecret = isSecret
            let response = APIRequestPipeline.response(answer, AnswerCompression(acceptEncoding: "gzip"))
            #expect(response.headers[.contentEncoding] == coding)
        }
    }

    @Test func theReportOfAnImportIsCompressedToo() async throws {
        try await API.run { api in
            let text = (0..<3_000).map { _ in "{}" }.joined(separator: "\n")
            let reply = try await api.send(.POST, Self.path, as: .portal, text: text, headers: Self.lines + Self.wants)
            #expect(reply.headers.first(name: "Content-Encoding") == "gzip")
            #expect(reply.text.split(separator: "\n").count == 3_000)
            #expect(reply.size * 10 < reply.bytes.count, "\(reply.size) of \(reply.bytes.count)")
        }
    }

    // MARK: Requests

    @Test func bodiesMayComeAsGzip() async throws {
        try await API.run { api in
            let text = (0..<500).map(Self.user).joined(separator: "\n")
            let reply = try await api.send(
                .POST, Self.path, as: .portal, bytes: try Gzip.compressed(Array(text.utf8)), headers: Self.gzippedLines)
            #expect(reply.text.split(separator: "\n").filter { $0.contains("recorded") }.count == 500)
            let body: JSONValue = ["entity": "e2", "entityKind": "individual", "registeredAt": .string("2020-01-01T00:00:00Z")]
            for coding in ["gzip", "x-gzip", "GZip", "identity, gzip"] {
                let put = try await api.send(
                    .PUT, "/v1/users/user1", as: .portal, bytes: try Gzip.compressed(body.canonicalBytes()),
                    headers: [("Content-Type", "application/json"), ("Content-Encoding", coding)])
                #expect(put.status == 200 && put.json["entity"] == "e2", "\(coding)")
            }
            // Members behind one another are one text.
            let half = text.utf8.count / 2
            let parts = try Gzip.compressed(Array(text.utf8.prefix(half))) + Gzip.compressed(Array(text.utf8.dropFirst(half)))
            let joined = try await api.send(.POST, Self.path, as: .portal, bytes: parts, headers: Self.gzippedLines)
            #expect(joined.text.split(separator: "\n").count == 500)
        }
    }

    @Test func aBodyIsHeldAgainstItsLimitAsItIsInflated() async throws {
        var limits = ServerLimits()
        limits.importBody = 1 << 20
        limits.bodyBytes = 8 << 20
        try await API.run(limits: limits) { api in
            func send(_ bytes: [UInt8]) async throws -> Reply {
                try await api.send(.POST, Self.path, as: .portal, bytes: bytes, headers: Self.gzippedLines)
            }
            // A few hundred kilobytes that stand for 128 MiB.
            let bomb = try Self.bomb(mebibytes: 128)
            #expect(bomb.count < 1 << 20)
            for _ in 0..<4 {
                let refused = try await send(bomb)
                #expect(refused.status == 413 && refused.code == "body-too-large")
            }
            // Exactly as much as may come, and one byte more.
            let line = Self.user(1) + "\n"
            let full = Array(line.utf8) + [UInt8](repeating: 0x20, count: (1 << 20) - line.utf8.count)
            #expect(try await send(Gzip.compressed(full)).status == 200)
            #expect(try await send(Gzip.compressed(full + [0x20])).code == "body-too-large")
            // gzip that goes on and holds nothing.
            let empty = try Gzip.compressed([])
            let endless = Array(repeating: empty, count: (1 << 20) / empty.count + 1).flatMap { $0 }
            #expect(try await send(endless).code == "body-too-large")
            // And one in another: inflated once.
            #expect(try await send(Gzip.compressed(bomb)).status == 200, "lines that are no JSON")
            // A JSON body has its own limit.
            let long = try await api.send(
                .PUT, "/v1/users/user1", as: .portal, bytes: try Gzip.compressed([UInt8](repeating: 0x20, count: 70_000)),
                headers: [("Content-Type", "application/json"), ("Content-Encoding", "gzip")])
            #expect(long.code == "body-too-large")
        }
    }

    /// Spaces, too many to make in one piece.
    private static func bomb(mebibytes: Int) throws -> [UInt8] {
        let deflater = try GzipDeflater()
        var bomb: [UInt8] = []
        let piece = [UInt8](repeating: 0x20, count: 1 << 20)
        for _ in 0..<mebibytes { try piece.withUnsafeBytes { piece in try deflater.deflate(piece) { bomb += $0 } } }
        try deflater.finish { bomb += $0 }
        return bomb
    }

    @Test func noMoreIsKeptOfABombThanABodyMayHave() throws {
        let limit = 1 << 20
        var room = 0
        var inflation = try BodyInflation(.gzip, limit: limit)
        let error = #expect(throws: ProblemDetails.self) {
            try inflation.take(ByteBuffer(bytes: try Self.bomb(mebibytes: 64))) { room += $0 }
        }
        #expect(error?.code == .service(.bodyTooLarge))
        #expect((limit - GzipInflater.piece...limit).contains(room), "\(room)")
        // What the caller has no room for is not kept either.
        var small = try BodyInflation(.gzip, limit: limit)
        #expect(throws: ConcurrencyLimiter.Refusal.self) {
            try small.take(ByteBuffer(bytes: try Self.bomb(mebibytes: 64))) { _ in throw ConcurrencyLimiter.Refusal.exhausted }
        }
    }

    @Test func whatIsNoGzipIsRefused() async throws {
        try await API.run { api in
            let good = try Gzip.compressed(Array(Self.user(1).utf8))
            var wrongSum = good
            wrongSum[wrongSum.count - 6] ^= 1
            for bytes in [Array(Self.user(1).utf8), Array(good.dropLast(3)), Array(good.prefix(5)), wrongSum, good + [1, 2, 3]] {
                let refused = try await api.send(.POST, Self.path, as: .portal, bytes: bytes, headers: Self.gzippedLines)
                #expect(refused.status == 400 && refused.code == "body-malformed", "\(bytes.count) bytes")
                #expect(refused.json["errors"]?.arrayValue?.first?["code"] == "not-gzip")
            }
            #expect(try await api.send(.GET, "/v1/users/user1", as: .portal).status == 404)
        }
    }

    @Test func otherCodingsAndTypesAreRefusedWithWhatIsTaken() async throws {
        try await API.run { api in
            for coding in ["br", "deflate", "zstd", "compress", "gzip, gzip", "nonsense"] {
                let refused = try await api.send(
                    .POST, Self.path, as: .portal, text: Self.user(1), headers: Self.lines + [("Content-Encoding", coding)])
                #expect(refused.status == 415 && refused.code == "content-coding-unsupported", "\(coding)")
                #expect(refused.headers.first(name: "Accept-Encoding") == "gzip")
            }
            let body = #"{"entity": "e1", "entityKind": "individual", "registeredAt": "2020-01-01T00:00:00Z"}"#
            for type in [
                "text/plain", "application/xml", "application/json; charset=iso-8859-1", "application/json;charset=\"utf-16\"",
                "json",
            ] {
                let refused = try await api.send(
                    .PUT, "/v1/users/user1", as: .portal, text: body, headers: [("Content-Type", type)])
                #expect(refused.status == 415 && refused.code == "media-type-unsupported", "\(type)")
                #expect(refused.headers.first(name: "Accept") == "application/json")
            }
            for type in ["application/json; charset=UTF-8", "Application/JSON;charset=\"utf-8\"", "application/json; profile=x"] {
                let taken = try await api.send(
                    .PUT, "/v1/users/user1", as: .portal, text: body, headers: [("Content-Type", type)])
                #expect([200, 201].contains(taken.status), "\(type)")
            }
            let import415 = try await api.send(.POST, Self.path, as: .portal, text: "{}", headers: [("Content-Type", "text/csv")])
            #expect(import415.status == 415)
            #expect(import415.headers.first(name: "Accept") == "application/x-ndjson, application/jsonl")
        }
    }
}
