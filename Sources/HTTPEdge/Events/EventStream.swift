import Canonical
import HTTPTypes
import NIOCore
import ServiceLifecycle
import SharingEngine
import SharingLog

/// Events as Server-Sent Events (WHATWG HTML, section 9.2): `id` is a cursor, so that a client which comes back says with
/// Last-Event-ID where it was. It goes on until the client has gone, its time is up, the server stops, or the log no longer holds
/// what was sent; it reads no faster than the client.
package struct EventStream: AsyncSequence, Sendable {
    let engine: SharingEngine
    let types: [String]
    /// What the client has, which the log must hold when the stream begins.
    let start: LogCursor
    let wakeUps: AsyncStream<Void>
    let heartbeat: Duration
    /// After how long it ends, so that the listener comes back and is looked at again; nil for never.
    var longest: Duration?
    /// What is written of an event, with the empty line at its end.
    var text: @Sendable (LedgerEvent, LogCursor) -> String = EventStream.whole

    /// Throws `LogRewound` where the log does not hold what the client has.
    package init(
        engine: SharingEngine, types: [String], start: LogCursor, wakeUps: AsyncStream<Void>, heartbeat: Duration,
        longest: Duration? = nil, text: @escaping @Sendable (LedgerEvent, LogCursor) -> String = EventStream.whole
    ) async throws {
        try await engine.require(start)
        self.engine = engine
        self.types = types
        self.start = start
        self.wakeUps = wakeUps
        self.heartbeat = heartbeat
        self.longest = longest
        self.text = text
    }

    package static let mediaType = "text/event-stream"

    /// What every answer with a stream says: what it is, and that a proxy shall pass on what comes as it comes (nginx keeps
    /// answers back by default; `X-Accel-Buffering` of ngx_http_proxy_module).
    package static func describe(_ headers: inout HTTPFields) {
        headers[.contentType] = mediaType
        if let field = HTTPField.Name("X-Accel-Buffering") { headers[field] = "no" }
    }

    /// Events read at once.
    private static let batch = 500

    private enum Wake: Sendable { case events, heartbeat }

    package struct AsyncIterator: AsyncIteratorProtocol {
        private let stream: EventStream
        private var cursor: LogCursor
        private var hasMore = false
        private var isOpen = false
        private let end: ContinuousClock.Instant?
        private var wakes: AsyncCancelOnGracefulShutdownSequence<AsyncStream<Wake>>.AsyncIterator

        fileprivate init(_ stream: EventStream) {
            self.stream = stream
            cursor = stream.start
            end = stream.longest.map { ContinuousClock.now + $0 }
            wakes = stream.wakes.cancelOnGracefulShutdown().makeAsyncIterator()
        }

        package mutating func next() async throws -> ByteBuffer? {
            guard isOpen else {
                // Proxies and clients see at once that the stream is there.
                isOpen = true
                return ByteBuffer(string: ": \(cursor)\n\n")
            }
            while true {
                // Looked at here too: whoever has much to read would otherwise never be asked to come back.
                if let end, .now >= end { return nil }
                if hasMore {
                    let page: EventPage
                    do {
                        page = try await stream.engine.eventPage(after: cursor, types: stream.types, limit: EventStream.batch)
                    } catch is LogRewound {
                        // The client comes back with what it has, and is told.
                        return nil
                    }
                    (cursor, hasMore) = (page.through, page.hasMore)
                    if !page.events.isEmpty {
                        return ByteBuffer(string: page.events.map { stream.text($0, page.cursor(at: $0)) }.joined())
                    }
                } else {
                    guard let wake = await wakes.next() else { return nil }
                    hasMore = true
                    if wake == .heartbeat { return ByteBuffer(string: ":\n\n") }
                }
            }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// All of it.
    static func whole(_ event: LedgerEvent, _ cursor: LogCursor) -> String {
        // Canonical JSON has no line breaks.
        "id: \(cursor)\nevent: \(event.type)\ndata: \(String(decoding: event.json.canonicalBytes(), as: UTF8.self))\n\n"
    }

    private var wakes: AsyncStream<Wake> {
        // One wake-up is as good as many.
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            var tasks = [
                Task {
                    for await _ in wakeUps { continuation.yield(.events) }
                    continuation.finish()
                },
                Task {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: heartbeat)
                        continuation.yield(.heartbeat)
                    }
                },
            ]
            if let longest {
                tasks.append(
                    Task {
                        try? await Task.sleep(for: longest)
                        continuation.finish()
                    })
            }
            continuation.onTermination = { [tasks] _ in for task in tasks { task.cancel() } }
        }
    }
}
