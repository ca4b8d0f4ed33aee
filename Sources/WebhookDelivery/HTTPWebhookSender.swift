import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SharingWebhooks

/// Sends messages by HTTP/1.1 or HTTP/2, over TLS unless the destination may do without.
///
/// A name is resolved for every message, and the connection goes to an address that the destination permits, under the name
/// that the URL has: what the name comes to a moment later, when a client would resolve it again, is never asked (DNS
/// rebinding). Redirects are not followed; they are answers that are no success.
public actor HTTPWebhookSender: WebhookSender {
    /// Receivers whose connections are kept for the next message, at most.
    public static let maximumClients = 256
    /// Connections to one host and port. Webhooks behind one host share them, and each has as many messages under way as its lane
    /// permits (``WebhookLimits/concurrentMessages``), so that one that does not answer takes no other's place. With fewer than
    /// lanes can use, it would.
    private static let connectionsPerHost = 4_096
    private static let connectTimeout: TimeAmount = .seconds(5)
    private static let userAgent = "devshare-webhook/1"

    /// A name and the address that it was found to have.
    private struct Target: Hashable {
        let host: String
        let address: String
    }

    private struct Kept {
        let client: HTTPClient
        var uses = 0
        var lastUse: ContinuousClock.Instant
    }

    private let resolver: any NameResolver
    private let logger: Logger
    private let trust: NIOSSLTrustRoots
    private var clients: [Target: Kept] = [:]

    /// - Parameters:
    ///   - trust: who may have signed receivers' certificates.
    init(logger: Logger, trust: NIOSSLTrustRoots = .default, resolver: any NameResolver = SystemResolver()) {
        self.logger = logger
        self.trust = trust
        self.resolver = resolver
    }

    /// Lends `body` a sender, and closes its connections when it has returned.
    public static func withSender<Value: Sendable>(
        logger: Logger = Logger(label: "devshare"), _ body: @Sendable (HTTPWebhookSender) async throws -> Value
    ) async throws -> Value {
        try await withSender(HTTPWebhookSender(logger: logger), body)
    }

    static func withSender<Value: Sendable>(
        _ sender: HTTPWebhookSender, _ body: @Sendable (HTTPWebhookSender) async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body(sender)
            await sender.shutdown()
            return value
        } catch {
            await sender.shutdown()
            throw error
        }
    }

    public func send(
        _ message: WebhookMessage, to destination: WebhookDestination, timeout: Duration, answerBytes: Int
    ) async -> SendingOutcome {
        let deadline = NIODeadline.now() + .nanoseconds(timeout.nanoseconds)
        do {
            let addresses = try await resolver.addresses(of: destination, by: deadline)
            guard let address = addresses.first else {
                throw SendingProblem(.nameNotResolved, "\(destination.host) has no address")
            }
            let target = Target(host: destination.host, address: address)
            let client = borrow(target)
            defer { giveBack(target) }
            return try await Self.post(message, to: destination, by: client, deadline, answerBytes: answerBytes)
        } catch let problem as SendingProblem {
            return .failed(problem)
        } catch {
            return .failed(SendingProblem(sending: error))
        }
    }

    private static func post(
        _ message: WebhookMessage, to destination: WebhookDestination, by client: HTTPClient, _ deadline: NIODeadline,
        answerBytes: Int
    ) async throws -> SendingOutcome {
        var request = HTTPClientRequest(url: destination.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: WebhookMessage.contentType)
        request.headers.add(name: "user-agent", value: userAgent)
        for (name, value) in message.headers.fields { request.headers.add(name: name, value: value) }
        request.body = .bytes(message.body)
        let answer = try await client.execute(request, deadline: deadline)
        // What it says beyond the status is of no use to us; it is read so that the connection can be used again.
        var left = answerBytes
        do {
            for try await part in answer.body {
                left -= part.readableBytes
                if left < 0 { break }
            }
        } catch {
            // The status counts: the message was taken, or not.
        }
        return .answered(
            status: Int(answer.status.code),
            retryAfter: answer.headers.first(name: "retry-after").flatMap(Self.retryAfter))
    }

    /// Seconds (RFC 9110, section 10.2.3). The other form, a date, is a matter of two clocks and is not read.
    private static func retryAfter(_ field: String) -> Duration? {
        guard let seconds = UInt32(field) else { return nil }
        return .seconds(Int64(seconds))
    }
}

// MARK: - Clients

extension HTTPWebhookSender {
    private func borrow(_ target: Target) -> HTTPClient {
        var kept = clients[target] ?? Kept(client: makeClient(target), lastUse: .now)
        kept.uses += 1
        kept.lastUse = .now
        clients[target] = kept
        return kept.client
    }

    private func giveBack(_ target: Target) {
        clients[target]?.uses -= 1
        guard clients.count > Self.maximumClients,
            let oldest = clients.filter({ $0.value.uses == 0 }).min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        clients[oldest.key] = nil
        close(oldest.value.client)
    }

    /// A client that knows one name, and one address for it.
    private func makeClient(_ target: Target) -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = trust
        tls.minimumTLSVersion = .tlsv12
        tls.cipherSuiteValues = TLSSuites.forwardSecret
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: Self.connectTimeout))
        configuration.dnsOverride = [target.host: target.address]
        // An attempt is an attempt: when the next is made is the schedule's business.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionsPerHost
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private func close(_ client: HTTPClient) {
        let logger = logger
        Task {
            do { try await client.shutdown() } catch {
                logger.warning("a client could not be shut down", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Closes all connections; nothing is sent any more.
    private func shutdown() async {
        let all = clients.values.map(\.client)
        clients = [:]
        for client in all {
            do { try await client.shutdown() } catch {
                logger.warning("a client could not be shut down", metadata: ["error": "\(error)"])
            }
        }
    }
}

extension SendingProblem {
    init(sending error: any Error) {
        switch error {
        case let error as HTTPClientError
        where [
            .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout,
        ]
        .contains(error):
            self.init(.timedOut, "the receiver did not answer in time")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(.tlsFailed, "\(error)")
        case let error as NIOConnectionError:
            self.init(.connectionFailed, error.connectionErrors.first.map { "\($0.error)" } ?? "\(error)")
        default:
            self.init(.connectionFailed, "\(error)")
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
