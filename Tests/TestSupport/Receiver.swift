import Canonical
import NIOCore
import NIOHTTP1
import NIOPosix
import StandardWebhooks
import Synchronization

/// A small HTTP server on a real socket, such as a receiver of webhooks, which answers as the test says.
package final class Receiver: Sendable {
    /// A message as it arrived.
    package struct Message: Sendable {
        package let uri: String
        package let headers: HTTPHeaders
        package let body: [UInt8]

        package var json: JSONValue? { try? JSONValue(parsing: body) }
        package var subject: String? { json?["subject"]?.stringValue }
        package var position: Int64? { json?["id"]?.stringValue.flatMap { Int64($0.prefix { $0 != "-" }) } }
        package var webhookHeaders: WebhookHeaders? { WebhookHeaders { self.headers.first(name: $0) } }
    }

    package enum Answer: Sendable {
        case status(Int, headers: [(String, String)] = [], body: String = "")
        /// The connection stays open, and nothing comes.
        case silence
        /// The connection is closed instead.
        case hangUp

        package static let ok = Answer.status(204)
    }

    private let channel: any Channel
    private let state: State

    fileprivate final class State: Sendable {
        private struct Fields {
            var messages: [Message] = []
            var behaviour: @Sendable (Message) -> Answer
            var connections = 0
            var open: [ObjectIdentifier: any Channel] = [:]
        }

        private let fields: Mutex<Fields>

        init(_ behaviour: @Sendable @escaping (Message) -> Answer) { fields = Mutex(Fields(behaviour: behaviour)) }

        var messages: [Message] { fields.withLock { $0.messages } }
        var connections: Int { fields.withLock { $0.connections } }

        func change(_ behaviour: @Sendable @escaping (Message) -> Answer) {
            fields.withLock { $0.behaviour = behaviour }
        }

        func connected(_ channel: any Channel) {
            fields.withLock { fields in
                fields.connections += 1
                fields.open[ObjectIdentifier(channel)] = channel
            }
        }

        func disconnected(_ channel: any Channel) { fields.withLock { $0.open[ObjectIdentifier(channel)] = nil } }

        func hangUpAll() {
            for channel in fields.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
        }

        /// A message counts as taken when it is answered with success.
        func answer(_ message: Message) -> Answer {
            let behaviour = fields.withLock { fields in
                fields.messages.append(message)
                return fields.behaviour
            }
            return behaviour(message)
        }
    }

    private init(channel: any Channel, state: State) {
        self.channel = channel
        self.state = state
    }

    /// Listens on a port of its own for as long as `body` runs.
    package static func listening<Value: Sendable>(
        host: String = "127.0.0.1", _ behaviour: @Sendable @escaping (Message) -> Answer = { _ in .ok },
        _ body: @Sendable (Receiver) async throws -> Value
    ) async throws -> Value {
        let state = State(behaviour)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Conversation(state))
                }
            }
            .bind(host: host, port: 0).get()
        let receiver = Receiver(channel: channel, state: state)
        do {
            let value = try await body(receiver)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    package var port: Int { channel.localAddress?.port ?? 0 }
    package var url: String { "http://127.0.0.1:\(port)/hooks" }
    /// In the order of arrival.
    package var messages: [Message] { state.messages }
    package var connections: Int { state.connections }

    /// Closes every connection that is open.
    package func hangUpAll() { state.hangUpAll() }

    package func behave(_ behaviour: @Sendable @escaping (Message) -> Answer) { state.change(behaviour) }
}

/// One connection to the receiver.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let state: Receiver.State
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ state: Receiver.State) { self.state = state }

    func channelActive(context: ChannelHandlerContext) { state.connected(context.channel) }

    func channelInactive(context: ChannelHandlerContext) { state.disconnected(context.channel) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += Array(part.readableBytesView)
        case .end:
            guard let head else { return }
            answer(state.answer(Receiver.Message(uri: head.uri, headers: head.headers, body: body)), context)
        }
    }

    private func answer(_ answer: Receiver.Answer, _ context: ChannelHandlerContext) {
        switch answer {
        case .silence: return
        case .hangUp: context.close(promise: nil)
        case .status(let code, let headers, let body):
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: code),
                headers: HTTPHeaders(
                    headers + (code == 204 ? [] : [("content-length", "\(body.utf8.count)")])))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if !body.isEmpty {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension [Receiver.Message] {
    /// Positions that arrived, by stream, in the order of arrival.
    package var byStream: [String: [Int64]] {
        reduce(into: [:]) { streams, message in
            if let subject = message.subject, let position = message.position {
                streams[subject, default: []].append(position)
            }
        }
    }
}
