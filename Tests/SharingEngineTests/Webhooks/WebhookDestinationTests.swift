import Testing

@testable import SharingEngine
@testable import SharingWebhooks

@Suite struct WebhookDestinationTests {
    @Test func partsOfTheURLAreKnown() throws {
        let plain = try WebhookDestination("https://Hooks.Example/a/b?c=d", allowsPrivate: false)
        #expect(plain.url == "https://hooks.example/a/b?c=d")
        #expect(plain.host == "hooks.example")
        #expect(plain.port == 443)
        #expect(plain.isEncrypted)
        let local = try WebhookDestination("HTTP://[::1]:8080", allowsPrivate: true)
        #expect(local.host == "::1")
        #expect(local.port == 8_080)
        #expect(!local.isEncrypted)
    }

    @Test(arguments: [
        "", "hooks.example", "ftp://hooks.example", "file:///etc/passwd", "https://", "https:///x",
        "https://user@hooks.example/",
        "https://user:secret@hooks.example/", "https://hooks.example/#part", "https://hooks.example:0/",
        "https://hooks.example:65536/",
        "https://hooks example/", "https://hooks.example\\@127.0.0.1/", "https://h%6foks.example/",
        "https://[fe80::1%25eth0]/",
        "https://bücher.example/", "https://hooks.example/\r\nx: y", "unix:///var/run/docker.sock",
        "http+unix://%2Fsocket/",
        "https://" + String(repeating: "a", count: 254) + "/",
        "https://hooks.example/" + String(repeating: "a", count: 2_048),
    ])
    func whatCannotBeSentToIsRefused(url: String) {
        let error = #expect(throws: WebhookError.self) { try WebhookDestination(url, allowsPrivate: true) }
        #expect(error?.code == .destinationInvalid)
    }

    @Test func withoutTLSOnlyPrivateReceiversAreReached() {
        let error = #expect(throws: WebhookError.self) {
            try WebhookDestination("http://hooks.example/", allowsPrivate: false)
        }
        #expect(error?.code == .destinationInvalid)
        #expect(throws: Never.self) { try WebhookDestination("http://hooks.example/", allowsPrivate: true) }
    }
}
