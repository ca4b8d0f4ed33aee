import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import HTTPEdge

/// What one address may use up of a server's connections.
@Suite("The share of an address in a server's connections") struct ConnectionShareTests {
    private static func shares(_ limit: Int, exempt: [String] = []) -> ConnectionShares {
        ConnectionShares(limit: limit, exemptOnly: exempt.compactMap { AddressRange($0) }, logger: Logger(label: "test"))
    }

    @Test(
        "is counted by address, and by network of 64 bits for IPv6",
        arguments: [
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8::1", "2001:db8::2:3", true), ("2001:db8::1", "2001:db8:0:1::1", false),
        ])
    func networks(one: String, other: String, isSame: Bool) {
        let shares = Self.shares(1)
        #expect(shares.take(one) != nil)
        #expect((shares.take(other) == nil) == isSame)
    }

    @Test("comes back when a connection is closed")
    func returned() throws {
        let shares = Self.shares(2)
        let first = try #require(shares.take("192.0.2.1"))
        #expect(shares.take("192.0.2.1") != nil)
        #expect(shares.take("192.0.2.1") == nil)
        shares.give(first)
        #expect(shares.take("192.0.2.1") != nil)
        #expect(shares.take("192.0.2.1") == nil)
    }

    @Test("is not counted for this machine, for trusted proxies, and where the address is not known")
    func exempt() {
        let shares = ConnectionShares(
            limit: 1, exempt: ["10.0.0.0/8"].compactMap { AddressRange($0) }, logger: Logger(label: "test"))
        for peer in ["127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "::ffff:127.0.0.1", nil] {
            for _ in 0..<3 { #expect(shares.take(peer) != nil, "\(peer ?? "unknown")") }
        }
    }

    @Test("closes the connection beyond it, and no other, on real sockets")
    func sockets() async throws {
        let shares = Self.shares(2)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { $0.pipeline.addHandler(ConnectionShareHandler(shares)) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        func connect() async throws -> any Channel {
            try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(host: "127.0.0.1", port: port).get()
        }
        let (first, second) = (try await connect(), try await connect())
        let third = try await connect()
        try await third.closeFuture.get()
        #expect(first.isActive && second.isActive)
        try await first.close()
        // The server hears of it a moment later.
        try await eventually("the share is back") {
            let next = try await connect()
            let isKept = try await next.isKept()
            try? await next.close()
            return isKept
        }
        try await second.close()
        try await server.close()
    }
}

extension Channel {
    /// Whether the other side leaves the connection open for a while.
    fileprivate func isKept() async throws -> Bool {
        let promise = eventLoop.makePromise(of: Bool.self)
        let alarm = eventLoop.scheduleTask(in: .milliseconds(200)) { promise.succeed(true) }
        closeFuture.whenComplete { _ in
            alarm.cancel()
            promise.succeed(false)
        }
        return try await promise.futureResult.get()
    }
}
