import HTTPTypes
import InMemoryLogging
import Logging
import TestSupport
import Testing

@testable import HTTPEdge

/// Whose address counts behind a proxy.
@Suite(.fewAtOnce) struct TrustedProxyTests {
    private static let peer = "10.0.0.1"

    private func client(
        forwarded: [String] = [], xForwardedFor: [String] = [], peer: String = peer,
        trusted: [String] = ["10.0.0.0/8", "fd00::/8"]
    ) throws -> String {
        let proxies = TrustedProxies(ranges: try trusted.map { try #require(AddressRange($0)) })
        var headers = HTTPFields()
        for value in forwarded { headers.append(HTTPField(name: try #require(HTTPField.Name("Forwarded")), value: value)) }
        for value in xForwardedFor {
            headers.append(HTTPField(name: try #require(HTTPField.Name("X-Forwarded-For")), value: value))
        }
        return proxies.client(of: headers, from: peer)
    }

    @Test(arguments: [
        ([String](), peer), (["192.0.2.1"], "192.0.2.1"), (["192.0.2.1:4711"], "192.0.2.1"),
        (["2001:db8::1"], "2001:db8::1"), (["[2001:DB8::1]:4711"], "2001:db8::1"), (["[2001:db8::1]"], "2001:db8::1"),
        (["::ffff:192.0.2.1"], "192.0.2.1"),
        // The right-most that is no proxy of ours.
        (["198.51.100.9, 192.0.2.1, 10.0.0.2"], "192.0.2.1"), (["198.51.100.9", "192.0.2.1 , 10.0.0.2"], "192.0.2.1"),
        (["192.0.2.1, fd12::5"], "192.0.2.1"), (["192.0.2.1, ::ffff:10.1.2.3"], "192.0.2.1"),
        // All of them are: the farthest.
        (["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
        // What cannot be read ends the search, and what is to its left is not believed.
        (["192.0.2.1, nonsense"], peer), (["192.0.2.1, nonsense, 10.0.0.2"], "10.0.0.2"), (["unknown"], peer), ([""], peer),
        ([",, ,"], peer), (["192.0.2.1,"], "192.0.2.1"), (["192.0.2.1.5"], peer), (["192.0.2.256"], peer),
        (["192.0.2.1:"], peer), (["192.0.2.1:123456"], peer), (["192.0.2.1:x"], peer), (["[192.0.2.1]"], peer),
        (["[2001:db8::1"], peer), (["[2001:db8::1]x"], peer), (["fe80::1%eth0"], peer), (["0300.0.2.1"], peer),
        (["1"], peer), (["2001:db8::1::2"], peer), (["\"192.0.2.1\""], peer),
    ])
    func xForwardedForIsReadFromTheRight(_ lines: [String], _ expected: String) throws {
        #expect(try client(xForwardedFor: lines) == expected)
    }

    @Test(arguments: [
        (["for=192.0.2.1"], "192.0.2.1"), (["For=192.0.2.1;proto=http;by=203.0.113.43"], "192.0.2.1"),
        (["proto=https;for=\"192.0.2.1:4711\""], "192.0.2.1"), (["for=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17"),
        (["for=\"[2001:db8::1]:_port\""], "2001:db8::1"), (["for=\"192.0.2.\\1\""], "192.0.2.1"),
        (["for=192.0.2.1; proto=https ; host=a"], "192.0.2.1"),
        (["for=198.51.100.9, for=192.0.2.1, for=10.0.0.2"], "192.0.2.1"),
        (["for=198.51.100.9", "for=192.0.2.1,for=10.0.0.2"], "192.0.2.1"),
        // A comma or a semicolon within quotes separates nothing.
        (["for=192.0.2.1;host=\"a, for=198.51.100.9;x\""], "192.0.2.1"),
        (["host=\"a\\\",for=1.2.3.4\", for=192.0.2.1"], "192.0.2.1"),
        // Hidden, unknown, absent, misshapen.
        (["for=192.0.2.1, for=_hidden"], peer), (["for=192.0.2.1, for=unknown, for=10.0.0.2"], "10.0.0.2"),
        (["for=192.0.2.1, proto=https"], peer), (["for=_SEVKISEK;proto=http"], peer), (["for="], peer), (["for"], peer),
        (["=192.0.2.1"], peer), (["for=192.0.2.1;for=198.51.100.9"], peer), (["for=\"192.0.2.1"], peer),
        (["for=\"192.0.2.1\\"], peer), (["for=192.0.2.1 x"], peer), (["for =192.0.2.1"], peer), (["for=2001:db8::1"], peer),
        ([";;for=192.0.2.1;;"], "192.0.2.1"), ([", ,for=192.0.2.1,,"], "192.0.2.1"), (["\u{0}"], peer),
        // What one line spoils spoils no line that a proxy wrote behind it.
        (["\"", "for=192.0.2.1"], "192.0.2.1"), (["for=192.0.2.1", "\""], peer),
    ])
    func forwardedIsReadAsItsStandardSays(_ lines: [String], _ expected: String) throws {
        #expect(try client(forwarded: lines) == expected)
    }

    @Test func onlyTheWordOfATrustedProxyIsTaken() throws {
        #expect(try client(xForwardedFor: ["192.0.2.1"], peer: "203.0.113.7") == "203.0.113.7")
        #expect(try client(forwarded: ["for=192.0.2.1"], peer: "203.0.113.7") == "203.0.113.7")
        #expect(try client(xForwardedFor: ["192.0.2.1"], trusted: []) == Self.peer)
        #expect(try client(xForwardedFor: ["192.0.2.1"], peer: "unknown") == "unknown")
        #expect(try client(xForwardedFor: ["192.0.2.1"], peer: "::ffff:10.0.0.1") == "192.0.2.1")
    }

    @Test func twoHeadersMustNameTheSameClient() throws {
        #expect(try client(forwarded: ["for=192.0.2.1"], xForwardedFor: ["192.0.2.1"]) == "192.0.2.1")
        #expect(try client(forwarded: ["for=198.51.100.9"], xForwardedFor: ["192.0.2.1"]) == Self.peer)
        #expect(try client(forwarded: ["\""], xForwardedFor: ["192.0.2.1"]) == Self.peer)
    }

    /// Nothing that a client writes makes it another one, or ends the process.
    @Test(arguments: 1...300) func noiseIsSurvived(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "for=", "For", "=", ";", ",", "\"", "\\", "[", "]", ":", "_", "10.0.0.2", "unknown", " ", "x", "::1", "\t", "%", "é",
        ]
        for _ in 0..<30 {
            let noise = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces[Int.random(in: pieces.indices, using: &random)]
            }
            // The proxy's own line is behind it.
            #expect(try client(forwarded: [noise.joined(), "for=192.0.2.1"]) == "192.0.2.1")
            #expect(try client(xForwardedFor: [noise.joined(), "192.0.2.1"]) == "192.0.2.1")
            _ = try client(forwarded: [noise.joined()])
            _ = try client(xForwardedFor: [noise.joined()])
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false), ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.200", true),
        ("192.0.2.1/32", "192.0.2.1", true), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false), ("::1", "::1", true),
        ("::ffff:10.0.0.0/104", "10.9.9.9", true),
    ])
    func aNetworkHoldsItsAddresses(_ range: String, _ address: String, _ isIn: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: [
        "", "x", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "::/129", "::1/64", "0.0.0.0/0", "::/0", "10.0.0.0/-1", "10.0.0.0/8/8",
        "10.0.0.0/+8", "10.0.0.0/99999999999999999999", "[::1]", "10.0.0", "10.0.0.0 /8", "10.0.0.1\u{0}",
    ])
    func whatIsNoNetworkIsRefused(_ text: String) { #expect(AddressRange(text) == nil) }

    @Test func rateAndLogGoByTheClientBehindAProxy() async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        var limits = ServerLimits()
        limits.requestsPerSecond = 1
        limits.burst = 2
        try await API.run(limits: limits, logger: logger, trustedProxies: [try #require(AddressRange("127.0.0.1"))]) { api in
            func ask(_ client: String) async throws -> Int {
                try await api.send(.GET, "/docs/style.css", headers: [("X-Forwarded-For", "198.51.100.9, \(client)")]).status
            }
            var statuses: [Int] = []
            for _ in 0..<20 { statuses.append(try await ask("192.0.2.1")) }
            #expect(statuses.contains(429))
            #expect(try await ask("192.0.2.2") == 200)
            let peers = log.entries.compactMap { $0.message == "answered" ? $0.metadata["peer"]?.description : nil }
            #expect(Set(peers) == ["192.0.2.1", "192.0.2.2"])
        }
    }

    @Test func balancersMayAskAsOftenAsTheyLike() async throws {
        var limits = ServerLimits()
        limits.requestsPerSecond = 1
        limits.burst = 1
        try await API.run(limits: limits) { api in
            for _ in 0..<20 { _ = try await api.send(.GET, "/docs/style.css") }
            for _ in 0..<20 {
                #expect(try await api.send(.GET, "/healthz").status == 200)
                #expect(try await api.send(.GET, "/readyz").status == 200)
            }
            // Nor do they use up what others may ask.
            #expect(try await api.send(.GET, "/v1/share-requests", as: .portal).status == 200)
        }
    }
}
