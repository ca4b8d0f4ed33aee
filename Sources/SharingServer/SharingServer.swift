import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle
import SharingAPI
import SharingAudit
import SharingConsole
import SharingEngine
import SharingWebhooks

/// The HTTP API and the web console over an engine.
///
/// ```swift
/// let server = try SharingServer(engine: engine, authenticator: authenticator, configuration: configuration)
/// try await server.run()
/// ```
public struct SharingServer: Sendable {
    private let configuration: ServerConfiguration
    private let backend: ServerDependencies
    private let edge: APIRequestPipeline
    private let console: ConsoleRequestPipeline?
    private let admission: Admission
    private let certificates: CertificateStore?
    private let sealingNote = SealingNote()

    /// Throws where the certificate cannot be read, and where files that come with the program are damaged.
    public init(engine: SharingEngine, authenticator: Authenticator, configuration: ServerConfiguration) throws {
        let limits = configuration.limits
        let backend = ServerDependencies(
            engine: engine, messages: try Words.bundledMessages(), limits: limits, tenancy: configuration.tenancy,
            feed: EventFeed(engine: engine, limit: limits.streams, logger: configuration.logger))
        self.backend = backend
        self.configuration = configuration
        certificates = try configuration.tls.map { try CertificateStore($0, logger: configuration.logger) }
        let admission = Admission(limits: limits, metrics: configuration.metrics, logger: configuration.logger)
        self.admission = admission
        let isSecure = configuration.tls != nil
        edge = APIRequestPipeline(
            backend: backend,
            webhooks: WebhookSubscriptions(
                engine.log, limits: configuration.webhooks ?? WebhookLimits(),
                allowsPrivateReceivers: configuration.allowsPrivateReceivers),
            sealing: sealingNote, metrics: configuration.metrics, identityKey: configuration.identityKey,
            authenticator: authenticator, admission: admission, security: SecurityHeaders(isSecure: isSecure))
        console = try configuration.console.map { settings in
            try ConsoleRequestPipeline(
                settings, backend: backend, admission: admission, security: .console(isSecure: isSecure),
                logger: configuration.logger)
        }
    }

    /// Whether the web console is served, at `/console`.
    public var hasConsole: Bool { console != nil }

    /// What runs beside the server for as long as it does, and stops behind it.
    private var companions: [any Service] {
        let webhooks = configuration.webhooks.map { limits in
            WebhookService(log: backend.engine.log, limits: limits, configuration: configuration)
        }
        let sealing = configuration.sealing.map {
            CheckpointService(sealing: SealingService(backend.engine.log, $0, note: sealingNote))
        }
        return [backend.feed] + (console?.companions ?? []) + (webhooks.map { [$0] } ?? []) + (sealing.map { [$0] } ?? [])
            + (certificates.map { [$0] } ?? [])
    }

    /// Serves until the task is cancelled; then says that it is not ready, for as long as `ServerLimits.drainTime`, accepts nothing
    /// more, sees through what is under way, and returns.
    /// - Parameter onListening: called with the port once connections are accepted.
    public func run(onListening: @Sendable @escaping (Int) async -> Void = { _ in }) async throws {
        let application = Application(
            router: router(), server: try channel(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                backlog: configuration.limits.pendingConnections,
                availableConnectionsDelegate: .maximum(configuration.limits.connections, logger: configuration.logger)),
            services: companions,
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? configuration.port) },
            logger: configuration.logger)
        var group = ServiceGroupConfiguration(services: [application], logger: configuration.logger)
        group.maximumGracefulShutdownDuration = configuration.limits.shutdownTime
        let services = ServiceGroup(configuration: group)
        // Until the last request is answered.
        let cuttingOff = Task { [admission] in await admission.timeouts.run() }
        defer { cuttingOff.cancel() }
        // A task of its own: cancellation asks it to stop in good order, where it would otherwise cut requests off.
        let running = Task { try await services.run() }
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            backend.stopping.set()
            Task {
                try? await Task.sleep(for: configuration.limits.drainTime)
                await services.triggerGracefulShutdown()
            }
        }
    }

    private func router() -> Router<EdgeContext> {
        let router = Router(context: EdgeContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: LastAnswer())
        router.add(middleware: ClientAddresses(proxies: TrustedProxies(ranges: configuration.trustedProxies)))
        router.add(middleware: UnknownAddresses(edge: edge, console: console))
        edge.add(to: router)
        console?.add(to: router)
        return router
    }

    private func channel() throws -> HTTPServerBuilder {
        let limits = configuration.limits
        let shares = ConnectionShares(
            limit: limits.shareOfAddress, exempt: configuration.trustedProxies, logger: configuration.logger)
        let plain = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [
                    ConnectionShareHandler(shares),
                    MalformedMessageHandler { [edge] error, peer in edge.refusal(of: error, peer: peer) },
                    StalledWriteHandler(timeout: limits.writeTime),
                ],
                idleTimeout: TimeAmount(limits.idleTime),
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                    maxHeaderFieldCount: limits.headerCount)))
        guard let certificates else { return plain }
        return try .tls(plain, tlsConfiguration: certificates.configuration)
    }
}

/// Finds out whose request it is, for rates, shares and the log.
private struct ClientAddresses: RouterMiddleware {
    let proxies: TrustedProxies

    func handle(
        _ input: Request, context: EdgeContext, next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.peer = proxies.client(of: input.headers, from: context.peer)
        return try await next(input, context)
    }
}

/// Answers what no route is for in our own form: nothing else throws here.
private struct UnknownAddresses: RouterMiddleware {
    let edge: APIRequestPipeline
    let console: ConsoleRequestPipeline?

    func handle(
        _ input: Request, context: EdgeContext, next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(input, context)
        } catch is HTTPError {
            if let console, console.isResponsible(for: input.uri.path) { return await console.refuse(input, context) }
            return await edge.refuse(input, context)
        }
    }
}
