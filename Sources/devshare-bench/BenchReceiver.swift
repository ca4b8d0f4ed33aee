import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A receiver of webhooks that only counts.
final class BenchReceiver: Sendable {
    enum Manner { case answer, silence }

    private struct State {
        var count = 0
        var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
        var connections: [any Channel] = []
    }

    private let manner: Manner
    private let state = Mutex(State())
    private let port = Mutex(0)

    private init(_ manner: Manner) { self.manner = manner }

    var url: String { "http://127.0.0.1:\(port.withLock { $0 })/hooks" }
    /// Messages that have arrived.
    var count: Int { state.withLock { $0.count } }

    /// Waits until more than so many have arrived. One may wait at a time.
    func messages(beyond count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.count <= count else { return true }
                state.waiting = (count, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func hangUp() {
        for connection in state.withLock({ $0.connections }) { connection.close(promise: nil) }
    }

    static func listening<Value: Sendable>(
        _ manner: Manner, _ body: (BenchReceiver) async throws -> Value
    ) async throws -> Value {
        let receiver = BenchReceiver(manner)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                receiver.state.withLock { $0.connections.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Conversation(receiver))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        receiver.port.withLock { $0 = channel.localAddress?.port ?? 0 }
        do {
            let value = try await body(receiver)
            try await channel.close()
            return value
        } catch {
            // What failed says more.
            try? await channel.close()
            throw error
        }
    }

    fileprivate func arrived() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.count += 1
            guard let waiting = state.waiting, state.count > waiting.count else { return nil }
            state.waiting = nil
            return waiting.continuation
        }
        waiter?.resume()
    }

    fileprivate final class Conversation: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let receiver: BenchReceiver

        init(_ receiver: BenchReceiver) { self.receiver = receiver }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            receiver.arrived()
            guard receiver.manner == .answer else { return }
            context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .noContent))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
