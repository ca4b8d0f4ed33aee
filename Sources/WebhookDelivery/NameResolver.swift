import NIOCore
import SharingWebhooks

/// Finds the addresses of a destination's host.
protocol NameResolver: Sendable {
    /// The addresses that may be connected to, in text form, the best first. Throws `SendingProblem` `name-not-resolved`,
    /// `address-refused` or `timed-out`.
    func addresses(of destination: WebhookDestination, by deadline: NIODeadline) async throws -> [String]
}

extension NetworkAddress {
    /// Nil for an address of another family.
    init?(_ socket: SocketAddress) {
        switch socket {
        case .v4(let address): self.init(bytes: withUnsafeBytes(of: address.address.sin_addr) { Array($0) })
        case .v6(let address): self.init(bytes: withUnsafeBytes(of: address.address.sin6_addr) { Array($0) })
        case .unixDomainSocket: return nil
        }
    }
}
