import TestSupport
import Testing

@Suite("An offer to go on in another protocol", .fewAtOnce)
struct UpgradeOfferTests {
    /// As the JDK's client makes it on each connection that is not encrypted.
    private static let offer =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\n"

    @Test(
        "is passed over: the request is answered as any other, and the connection closed behind the answer, which says so",
        arguments: [
            ("GET /healthz", ""), ("POST /v1/dry-runs", "Content-Type: application/json\r\nContent-Length: 2\r\n"),
        ])
    func passedOver(line: String, fields: String) async throws {
        try await API.run { api in
            let connection = try RawConnection(port: api.port)
            connection.setPatience(.seconds(20))
            connection.send("\(line) HTTP/1.1\r\nHost: x\r\n\(Self.offer)\(fields)\r\n" + (fields.isEmpty ? "" : "{}"))
            let (text, hasEnded) = await RawConnection.offThePool { connection.receiveBlocking() }
            #expect(hasEnded, "no client waits on it for an answer to its next request")
            #expect(text.hasPrefix(fields.isEmpty ? "HTTP/1.1 200" : "HTTP/1.1 401"))
            #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(text.contains("\r\nX-Request-ID: "))
        }
    }

    @Test("is none where the connection's own header does not name it")
    func noOffer() async throws {
        try await API.run { api in
            let connection = try RawConnection(port: api.port)
            for _ in 0..<2 {
                connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n")
                #expect(await connection.receive(once: true).hasPrefix("HTTP/1.1 200"))
            }
        }
    }
}
