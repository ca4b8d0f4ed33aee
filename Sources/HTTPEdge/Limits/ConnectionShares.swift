import Logging
import NIOCore
import Synchronization

/// How many connections each address may hold, so that nobody takes all of a server's by opening them and saying nothing.
///
/// An address is one of IPv4, or a network of 64 bits of IPv6, which is what one client is given (RFC 6177). This machine and
/// trusted proxies are exempt: what comes from these is of many clients.
package final class ConnectionShares: Sendable {
    private struct Held {
        var byAddress: [[UInt8]: Int] = [:]
        var notedAt: NIODeadline?
    }

    private let limit: Int
    private let exempt: [AddressRange]
    private let logger: Logger
    private let held = Mutex(Held())

    /// What is refused is logged no more often.
    private static let pause = TimeAmount.minutes(1)
    private static let thisMachine = ["127.0.0.0/8", "::1"].compactMap { AddressRange($0) }

    /// - Parameter exempt: besides this machine.
    package convenience init(limit: Int, exempt: [AddressRange], logger: Logger) {
        self.init(limit: limit, exemptOnly: Self.thisMachine + exempt, logger: logger)
    }

    init(limit: Int, exemptOnly exempt: [AddressRange], logger: Logger) {
        self.limit = limit
        self.exempt = exempt
        self.logger = logger
    }

    /// Nil where the address has its share.
    /// - Parameter peer: the address as text; nil where the system does not say.
    func take(_ peer: String?) -> Share? {
        guard let peer, let address = IPAddress(peer), !exempt.contains(where: { $0.contains(address) }) else {
            return Share(network: nil)
        }
        let network = address.isIPv4 ? address.bytes : Array(address.bytes.prefix(8))
        let isTaken = held.withLock { held in
            let count = held.byAddress[network, default: 0]
            guard count < limit else { return false }
            held.byAddress[network] = count + 1
            return true
        }
        guard isTaken else {
            note(address)
            return nil
        }
        return Share(network: network)
    }

    func give(_ share: Share) {
        guard let network = share.network else { return }
        held.withLock { held in
            let left = held.byAddress[network, default: 1] - 1
            held.byAddress[network] = left > 0 ? left : nil
        }
    }

    /// A connection that counts for an address; nil for one that is exempt.
    struct Share: Sendable {
        fileprivate let network: [UInt8]?
    }

    private func note(_ address: IPAddress) {
        let now = NIODeadline.now()
        let isDue = held.withLock { held in
            guard held.notedAt.map({ now - $0 >= Self.pause }) ?? true else { return false }
            held.notedAt = now
            return true
        }
        guard isDue else { return }
        logger.warning(
            "connections are refused: their address holds as many as one may",
            metadata: ["address": "\(address)", "limit": "\(limit)"])
    }
}

/// Closes a connection whose address holds its share already, before anything is read of it.
package final class ConnectionShareHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    package typealias InboundIn = Never

    private let shares: ConnectionShares

    package init(_ shares: ConnectionShares) { self.shares = shares }

    package func handlerAdded(context: ChannelHandlerContext) {
        guard let share = shares.take(context.remoteAddress?.ipAddress) else { return context.close(promise: nil) }
        context.channel.closeFuture.whenComplete { [shares] _ in shares.give(share) }
    }
}
