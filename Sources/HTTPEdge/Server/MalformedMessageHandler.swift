import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers in our own form what the decoder finds to be no HTTP, or too much of it, and closes the connection: where the next
/// message would begin is not known. Requests that came before are answered before.
///
/// Lives on its channel's event loop, as handlers do.
package final class MalformedMessageHandler: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart
    package typealias OutboundIn = HTTPResponsePart
    package typealias OutboundOut = HTTPResponsePart

    package typealias Refusal = (HTTPParserError, _ peer: String) -> (head: HTTPResponse, body: ByteBuffer)

    private enum State {
        case reading
        /// An error that is answered when everything ahead of it is.
        case failed(HTTPParserError)
        /// An error in the middle of a request's body: it is the answer to that request that tells of it.
        case failedInBody
        /// Nothing more is read or written.
        case closing
    }

    /// How long the client has to read the answer: a connection that is closed while it still sends is reset, and the answer
    /// is lost with it.
    private static let linger: TimeAmount = .seconds(2)

    private let refusal: Refusal
    private var state = State.reading
    private var unanswered = 0
    private var isInBody = false
    private var alarm: Scheduled<Void>?

    package init(_ refusal: @escaping Refusal) { self.refusal = refusal }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .reading = state else { return }
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            isInBody = true
        case .body: break
        case .end: isInBody = false
        }
        context.fireChannelRead(data)
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The decoder complains of whatever follows.
        guard case .reading = state else { return }
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        if isInBody {
            state = .failedInBody
            return context.fireErrorCaught(error)
        }
        state = .failed(error)
        if unanswered == 0 { answer(error, context) }
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .closing = state {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        let part = unwrapOutboundIn(data)
        context.write(data, promise: promise)
        guard case .end = part else { return }
        unanswered -= 1
        guard unanswered == 0 else { return }
        switch state {
        case .reading, .closing: break
        case .failed(let error): answer(error, context)
        case .failedInBody: close(context)
        }
    }

    /// The check of heads has its place ahead of us, behind the decoder.
    package func handlerAdded(context: ChannelHandlerContext) {
        do {
            let pipeline = context.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(RequestHeadCheck(), position: .after(decoder))
        } catch {
            // Nothing is read that was not checked.
            context.close(promise: nil)
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
    }

    private func answer(_ error: HTTPParserError, _ context: ChannelHandlerContext) {
        let (head, body) = refusal(error, context.remoteAddress?.ipAddress ?? "unknown")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        close(context)
    }

    private func close(_ context: ChannelHandlerContext) {
        state = .closing
        context.flush()
        context.close(mode: .output, promise: nil)
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
    }
}
