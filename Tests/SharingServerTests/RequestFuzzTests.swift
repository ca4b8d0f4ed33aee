import Canonical
import DeviceSharing
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// Requests of every shape to every route: each has one of the answers that the API document promises, and the server goes on.
@Suite("Generated requests", .fewAtOnce) struct RequestFuzzTests {
    @Test("have documented answers, of which none is an internal failure")
    func requests() async throws {
        var limits = ServerLimits()
        limits.requestsPerSecond = 0
        try await API.run(limits: limits) { api in
            try await api.smallDirectory()
            let tokens = try await Self.tokens(api)
            let routes = RouteTable.all.filter { !$0.isStream }
            try await FuzzRun("requests").each { random in
                var generator = RequestGenerator(random: random)
                let route = generator.random.pick(routes)
                let role = route.roles.isEmpty || generator.random.once(in: 20) ? nil : generator.random.pick(route.roles)
                let request = generator.request(to: route)
                let reply = try await api.send(
                    HTTPMethod(rawValue: route.method.rawValue), request.path, token: role.flatMap { tokens[$0] },
                    text: request.body, headers: request.headers)
                #expect(reply.status != 500, "\(random): \(route.name) \(request.path) \(request.body ?? "")")
            }
        }
    }

    private static func tokens(_ api: API) async throws -> [DeviceSharing.Role: String] {
        var tokens: [DeviceSharing.Role: String] = [:]
        for role in DeviceSharing.Role.allCases where role != .engine {
            tokens[role] = try await api.key.token(
                subject: "fuzz", roles: [role], ledger: "default", lifetime: .seconds(86_400))
        }
        return tokens
    }
}

/// Requests that are nearly right: values of the shapes that a route wants, with some of another kind between them.
private struct RequestGenerator {
    var random: SeededGenerator

    struct Request {
        var path: String
        var body: String?
        var headers: [(String, String)] = []
    }

    mutating func request(to route: Route) -> Request {
        var request = Request(path: route.path)
        var query: [String] = []
        for parameter in route.parameters {
            let text = parameterText(parameter.schema)
            switch parameter.place {
            case .path: request.path = request.path.replacing("{\(parameter.name)}", with: QueryString.encoded(text))
            case .query where random.once(in: 3): query.append("\(parameter.name)=\(QueryString.encoded(text))")
            case .header where random.once(in: 3):
                // A client sends no header with controls.
                request.headers.append((parameter.name, text.filter { (" "..."~").contains($0) }))
            case .query, .header: break
            }
        }
        if random.once(in: 10) {
            query.append(random.pick(["x=1", "%", "limit=-1", "after=9223372036854775808", "=&=", "a[]=1"]))
        }
        if !query.isEmpty { request.path += "?" + query.joined(separator: "&") }
        switch route.body {
        case .none: break
        case .json(let schema, _):
            request.headers.append(("Content-Type", "application/json"))
            request.body = body(.object(schema))
        case .lines:
            request.headers.append(("Content-Type", "application/x-ndjson"))
            let user = body(.object(.importedUser))
            request.body = [user, body(.object(.importedDevice)), "{}", user].joined(separator: "\n")
        }
        return request
    }

    private mutating func body(_ schema: Schema) -> String {
        let text = String(decoding: value(of: schema, depth: 0).canonicalBytes(), as: UTF8.self)
        guard random.once(in: 3) else { return text }
        var mutator = TextMutator(random: random)
        defer { random = mutator.random }
        return mutator.mutate(text)
    }

    private mutating func parameterText(_ schema: Schema) -> String {
        if random.once(in: 6) { return random.pick(TextMutator.numbers + ["", "..", "\u{0}", "\u{202E}", "%00", "true"]) }
        return switch value(of: schema, depth: 0) {
        case .string(let text): text
        case let other: String(decoding: other.canonicalBytes(), as: UTF8.self)
        }
    }

    private mutating func value(of schema: Schema, depth: Int) -> JSONValue {
        if random.once(in: 12) { return odd() }
        switch schema {
        case .string(let shape): return .string(text(shape))
        case .integer(let range):
            let numbers = [range.lowerBound, range.upperBound, 0, 1, .max, .min, range.lowerBound &- 1, range.upperBound &+ 1]
            return .integer(random.pick(numbers))
        case .boolean: return .bool(random.once(in: 2))
        case .array(let element, let limit):
            let count = random.once(in: 10) ? min(limit, 300) + 1 : random.below(min(limit, 3) + 1)
            return .array((0..<count).map { _ in value(of: element, depth: depth + 1) })
        case .object(let object):
            var members = JSONObject()
            for member in object.members where random.below(10) < (member.isRequired ? 9 : 4) {
                members[member.name] = value(of: member.schema, depth: depth + 1)
            }
            return .object(members)
        case .tagged(let tagged):
            let some = value(of: .object(random.pick(tagged.alternatives).schema), depth: depth)
            guard case .object(var members) = some, random.once(in: 4) else { return some }
            members[tagged.tag] = random.pick([.string("signed"), .string(""), .null, .integer(1)])
            return .object(members)
        case .anyObject, .any: return odd()
        }
    }

    private mutating func odd() -> JSONValue {
        random.pick([
            .null, .bool(true), .integer(.max), .integer(.min), .number(1e308), .number(-0.5), .string(""), .string("\u{1B}[2J"),
            .string("\u{0}"), .array([]), .object(JSONObject()), .string(String(repeating: "x", count: 5_000)),
        ])
    }

    private mutating func text(_ shape: TextShape) -> String {
        switch shape {
        case .identifier:
            random.pick(["alice", "bob", "card", "new", "nobody", "e1", "a", "..", "A_@:-", String(repeating: "x", count: 65)])
        case .reasonCode: random.pick(["policy.a", "user-closed", "policy.", "x", ""])
        case .uuid: random.pick(["01a20e64-8d78-79a4-8586-66c66fd02001", "01A20E64-8d78-79a4-8586-66c66fd02001", "x"])
        case .moment:
            random.pick([
                API.longAgo, Timestamp.now.description, "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z",
                "2026-02-30T00:00:00Z",
                "2026-01-01T00:00:00.123456789+23:59", "2026-01-01",
            ])
        case .choice(let choices): random.pick(choices + ["", "nonsense"])
        case .text(let count), .printable(let count):
            random.once(in: 5) ? String(repeating: "x", count: min(count.upperBound, 5_000) + 1) : random.text(upTo: 20)
        case .entityTags:
            random.pick([
                "*", "\"v1\"", "W/\"v1\", \"v2\"", "\"v9223372036854775807\"", "\"v99999999999999999999\"", "v1", "\"", ",",
            ])
        case .logPoint:
            random.pick([
                "0", "1-00000000", "9223372036854775807-ffffffff", "99999999999999999999-ffffffff", "-1-00000000", "1-", "x",
            ])
        case .logCursor:
            random.pick([
                "0", "1", "9223372036854775807", "99999999999999999999", "-1", "1-00000000", "2-00000000.1-00000000",
                "2-00000000.",
                "9223372036854775807-ffffffff.9223372036854775807-ffffffff", "x",
            ])
        case .digest: random.pick([String(repeating: "0", count: 64), "0", String(repeating: "F", count: 64)])
        case .tileIndex:
            random.pick(["000", "x001/000", "000.p/1", "000.p/256", "x999/x999/999", "x999/x999/x999/x999/x999/x999/x999/999"])
        }
    }
}
