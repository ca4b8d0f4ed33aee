import Foundation
import Testing

@testable import SharingEngine
@testable import SharingWebhooks

@Suite struct NetworkAddressTests {
    private func address(_ text: String) -> NetworkAddress? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return NetworkAddress(bytes: withUnsafeBytes(of: v4) { Array($0) }) }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, text, &v6) == 1 { return NetworkAddress(bytes: withUnsafeBytes(of: v6) { Array($0) }) }
        return nil
    }

    @Test(arguments: [
        // Both ends of each block.
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1",
        "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1",
        "203.0.113.255",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "febf:ffff::1", "fec0::1", "fc00::1", "fdff:ffff::1", "ff02::1", "100::1", "2001::1",
        "2001:1ff::1",
        "2001:db8::1", "3fff:fff::1", "5f00::1", "4000::1", "1fff::1",
        // Others' notations of private addresses of four bytes.
        "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:0:169.254.169.254", "::127.0.0.1", "64:ff9b::10.0.0.1",
        "2002:7f00:1::1",
        "2002:a00:1::", "2002:c0a8:101::1", "64:ff9b:1::8.8.8.8",
    ])
    func addressesThatAreNotPublicAreKnown(text: String) throws {
        #expect(try #require(address(text)).isPublic == false)
    }

    @Test(arguments: [
        // Both neighbours of blocks.
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "8.8.8.8",
        "2000::1", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2606:4700::1", "3ffe::1",
        "3fff:1000::1",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
    ])
    func publicAddressesAreKnown(text: String) throws {
        #expect(try #require(address(text)).isPublic)
    }

    @Test func addressesHaveFourOrSixteenBytes() {
        for count in 0...17 {
            #expect((NetworkAddress(bytes: Array(repeating: 1, count: count)) != nil) == (count == 4 || count == 16))
        }
    }

    @Test(arguments: [
        "169.254.0.0", "169.254.169.254", "169.254.255.255", "fe80::1", "febf:ffff::1", "100.100.100.200", "168.63.129.16",
        "fd00:ec2::254", "fd20:ce::254",
        // The same in other notations.
        "::ffff:169.254.169.254", "::ffff:0:169.254.169.254", "::169.254.169.254", "64:ff9b::169.254.169.254",
        "64:ff9b:1::169.254.169.254", "2002:a9fe:a9fe::1", "fd00::5efe:169.254.169.254", "fd00::200:5efe:169.254.169.254",
    ])
    func linkLocalAddressesAreRefusedEvenWherePrivateOnesAreAllowed(text: String) throws {
        let forbidden = try #require(address(text))
        #expect(forbidden.isForbidden)
        let lenient = try WebhookDestination("https://hooks.example/x", allowsPrivate: true)
        #expect(#expect(throws: SendingProblem.self) { try lenient.permitted([forbidden]) }?.code == .addressRefused)
    }

    @Test(arguments: [
        "127.0.0.1", "10.0.0.1", "169.253.255.255", "169.255.0.0", "fe00::1", "fec0::1", "fd00::1", "::1", "8.8.8.8",
    ])
    func otherAddressesAreNotForbidden(text: String) throws { #expect(try !#require(address(text)).isForbidden) }

    @Test func oneAddressThatIsNotPublicRefusesThemAll() throws {
        let (open, closed) = (try #require(address("8.8.8.8")), try #require(address("10.0.0.1")))
        let strict = try WebhookDestination("https://hooks.example/x", allowsPrivate: false)
        #expect(try strict.permitted([open]) == [open])
        for addresses in [[closed], [open, closed], [closed, open]] {
            let error = #expect(throws: SendingProblem.self) { try strict.permitted(addresses) }
            #expect(error?.code == .addressRefused)
        }
        #expect(#expect(throws: SendingProblem.self) { try strict.permitted([]) }?.code == .nameNotResolved)
        let lenient = try WebhookDestination("https://hooks.example/x", allowsPrivate: true)
        #expect(try lenient.permitted([open, closed]) == [open, closed])
    }
}
