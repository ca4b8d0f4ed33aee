import HTTPTypes

/// Finds out whose request it is that a proxy passes on.
///
/// **The rule**: the address of the other side counts, unless it is a trusted proxy's. Then it is the nearest address in
/// `Forwarded` (RFC 7239) or in `X-Forwarded-For` that is no trusted proxy's; what is farther away is the client's own word. A
/// node that hides its address, or that cannot be read, ends the search, and the proxy that passed it on counts. So does the
/// proxy where both headers are there and name different clients: a proxy writes one of them, and the other is the client's.
package struct TrustedProxies: Sendable {
    private static let forwarded = HTTPField.Name("Forwarded")
    private static let xForwardedFor = HTTPField.Name("X-Forwarded-For")

    /// Empty where nobody is believed.
    let ranges: [AddressRange]

    package init(ranges: [AddressRange]) {
        self.ranges = ranges
    }

    /// The client's address.
    /// - Parameter peer: the address of the other side.
    package func client(of headers: HTTPFields, from peer: String) -> String {
        guard !ranges.isEmpty, let address = IPAddress(peer), isTrusted(address) else { return peer }
        let forwarded = Self.forwarded.map { headers[values: $0] } ?? []
        let xForwardedFor = Self.xForwardedFor.map { headers[values: $0] } ?? []
        let client: IPAddress
        switch (forwarded.isEmpty, xForwardedFor.isEmpty) {
        case (true, true): return peer
        case (false, true): client = nearest(ForwardedNodes.forwarded(forwarded), behind: address)
        case (true, false): client = nearest(ForwardedNodes.xForwardedFor(xForwardedFor), behind: address)
        case (false, false):
            let first = nearest(ForwardedNodes.forwarded(forwarded), behind: address)
            let second = nearest(ForwardedNodes.xForwardedFor(xForwardedFor), behind: address)
            client = first == second ? first : address
        }
        return client.description
    }

    private func isTrusted(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }

    private func nearest(_ nodes: [IPAddress?], behind proxy: IPAddress) -> IPAddress {
        var client = proxy
        for node in nodes {
            guard isTrusted(client), let node else { break }
            client = node
        }
        return client
    }
}
