import AsyncHTTPClient
import Canonical
import DeviceSharing
import Gzip
import Logging
import NIOCore
import NIOHTTP1
import ServerTestSupport
import SharingAudit
import SharingEngine
import SharingWebhooks
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingConsole
@testable import SharingServer

/// A server at work on a database of its own, with the default policy in force. Every answer is held against the route table,
/// which the API document is made of.
struct API: Sendable {
    let database: TestDatabase
    let engine: SharingEngine
    let port: Int
    let key: DevelopmentKey

    static let longAgo = "2020-01-01T00:00:00Z"

    /// - Parameters:
    ///   - port: 0 for a free one.
    ///   - webhooks: nil where none are sent.
    ///   - logger: nil for one that says nothing.
    ///   - console: nil where none is served.
    ///   - allowsPrivateReceivers: whether receivers of webhooks may be on this machine.
    static func run(
        port: Int = 0, tls: ServerConfiguration.TLSFiles? = nil, limits: ServerLimits = ServerLimits(),
        webhooks: WebhookLimits? = nil, database given: TestDatabase? = nil, sealing: SealingConfiguration? = nil,
        key: DevelopmentKey = DevelopmentKey(), logger log: Logger? = nil, console: ConsoleConfiguration? = nil,
        isLedgerOptional: Bool = false, trustedProxies: [AddressRange] = [], allowsPrivateReceivers: Bool = false,
        _ body: @Sendable @escaping (API) async throws -> Void
    ) async throws {
        try await RunningServer.run(
            port: port, tls: tls, limits: limits, webhooks: webhooks, database: given, sealing: sealing, key: key,
            allowsPrivateReceivers: allowsPrivateReceivers, console: console, logger: log, isLedgerOptional: isLedgerOptional,
            trustedProxies: trustedProxies
        ) { server in
            try await body(API(database: server.database, engine: server.engine, port: server.port, key: server.key))
        }
    }

    func token(
        _ roles: DeviceSharing.Role..., subject: String = "test", ledger: String? = "default", entity: String? = nil
    ) async throws -> String {
        try await key.token(
            subject: subject, roles: roles, ledger: ledger, entity: entity.map { EntityID(trusted: $0) })
    }
}

extension [UInt8] {
    /// What gzip holds.
    func inflated() throws -> [UInt8] {
        let inflater = try GzipInflater()
        var result: [UInt8] = []
        try withUnsafeBytes { bytes in try inflater.inflate(bytes) { result += $0 } }
        try inflater.finish()
        return result
    }
}

/// An answer.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    /// Inflated, where they came as gzip.
    let bytes: [UInt8]
    /// Bytes that came over the wire.
    var size = 0

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    var code: String? { json["code"]?.stringValue }
}

extension API {
    /// Takes answers as they come over the wire: the shared client inflates them, and asks for gzip unless it is told not to.
    private static let client = HTTPClient(
        eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow, decompression: .disabled))

    func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Sends a request with a token for these roles; none for none.
    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, as role: DeviceSharing.Role? = nil, token: String? = nil,
        subject: String = "test",
        body: JSONValue? = nil, text: String? = nil, bytes: [UInt8]? = nil, headers: [(String, String)] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: address(path))
        request.method = method
        var bearer = token
        if let role { bearer = try await self.token(role, subject: subject) }
        if let bearer { request.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.canonicalBytes()))
        }
        if let text { request.body = .bytes(ByteBuffer(string: text)) }
        if let bytes { request.body = .bytes(ByteBuffer(bytes: bytes)) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await Self.client.execute(request, timeout: .seconds(300))
        let received = Array(buffer: try await response.body.collect(upTo: 64 << 20))
        let isGzip = response.headers.first(name: "Content-Encoding") == "gzip"
        let reply = Reply(
            status: Int(response.status.code), headers: response.headers, bytes: isGzip ? try received.inflated() : received,
            size: received.count)
        Promises.check(reply, method: method.rawValue, path: path, sourceLocation: sourceLocation)
        return reply
    }

    // MARK: A small directory

    func user(_ id: String, entity: String) async throws {
        let reply = try await send(
            .PUT, "/v1/users/\(id)", as: .portal,
            body: ["entity": .string(entity), "entityKind": "individual", "registeredAt": .string(Self.longAgo)])
        #expect([200, 201].contains(reply.status))
    }

    func device(_ id: String, of holder: String, kind: String = "dsc-plus", activatedAt: String = API.longAgo)
        async throws
    {
        let reply = try await send(
            .PUT, "/v1/devices/\(id)", as: .portal,
            body: ["holder": .string(holder), "kind": .string(kind), "activatedAt": .string(activatedAt)])
        #expect([200, 201].contains(reply.status))
    }

    /// Two users of one entity, a device of the one that the other may share, and one that needs a look.
    func smallDirectory() async throws {
        try await user("alice", entity: "e1")
        try await user("bob", entity: "e1")
        try await device("card", of: "bob")
        try await device("new", of: "bob", activatedAt: Timestamp.now.advanced(by: .seconds(-3_600)).description)
    }

    static func submission(_ requester: String = "alice", _ owner: String = "bob", _ device: String = "card")
        -> JSONValue
    {
        [
            "requester": .string(requester), "owner": .string(owner), "device": .string(device),
            "consent": [
                "type": "asserted", "method": "device-challenge", "givenAt": .string(Timestamp.now.description),
                "reference": "C-1",
            ],
        ]
    }

    /// A request that waits for compliance, of two users and with a device of their own.
    func pendingRequest(_ name: String) async throws -> String {
        let (requester, owner, device) = ("requester-\(name)", "owner-\(name)", "card-\(name)")
        try await user(requester, entity: "entity-\(name)")
        try await user(owner, entity: "entity-\(name)")
        try await self.device(device, of: owner, activatedAt: Timestamp.now.advanced(by: .seconds(-3_600)).description)
        let reply = try await send(.POST, "/v1/share-requests", as: .portal, body: Self.submission(requester, owner, device))
        #expect(reply.json["state"] == "compliance-pending")
        return try #require(reply.json["id"]?.stringValue)
    }

    /// A request that waits for compliance.
    func pendingRequest() async throws -> String {
        try await smallDirectory()
        let reply = try await send(
            .POST, "/v1/share-requests", as: .portal, body: Self.submission("alice", "bob", "new"))
        #expect(reply.json["state"] == "compliance-pending")
        return try #require(reply.json["id"]?.stringValue)
    }
}
