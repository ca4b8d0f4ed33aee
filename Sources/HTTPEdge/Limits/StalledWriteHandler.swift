import NIOCore

/// Closes a connection whose other side takes nothing of what is written to it for a while: it may be gone without a word.
///
/// Lives on its channel's event loop, as handlers do.
package final class StalledWriteHandler: ChannelOutboundHandler, RemovableChannelHandler {
    package typealias OutboundIn = Never

    private let timeout: TimeAmount
    private var pending = 0
    private var alarm: Scheduled<Void>?

    package init(timeout: Duration) { self.timeout = TimeAmount(timeout) }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let written = promise ?? context.eventLoop.makePromise()
        pending += 1
        if alarm == nil { setAlarm(context) }
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.pending -= 1
            self.alarm?.cancel()
            self.alarm = nil
            if self.pending > 0 { self.setAlarm(context) }
        }
        context.write(data, promise: written)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
    }

    private func setAlarm(_ context: ChannelHandlerContext) {
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
    }
}
