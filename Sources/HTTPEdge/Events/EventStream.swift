import Canonical
import HTTPTypes
import NIOCore
import ServiceLifecycle
import SharingEngine
import SharingLog

/// Events as Server-Sent Events (WHATWG HTML, section 9.2): `id` is the position, so that a client which comes back says with
/// Last-Event-ID where it was. It goes on until the client has gone, its time is up or the server stops, and reads no faster
/// than the client.
package struct EventStream: AsyncSequence, Sendable {
    let engine: SharingEngine
    let types: [String]
    /// Behind this position.
    let start: Position
    let wakeUps: AsyncStream<Void>
    let heartbeat: Duration
    /// After how long it ends, so that the listener comes back and is looked at again; nil for never.
    var longest: Duration?
    /// What is written of an event, with the empty line at its end.
    var text: @Sendable (LedgerEvent) -> String = EventStream.whole

    package init(
        engine: SharingEngine, types: [String], start: Position, wakeUps: AsyncStream<Void>, heartbeat: Duration,
        longest: Duration? = nil, text: @escaping @Sendable (LedgerEvent) -> String = EventStream.whole
    ) {
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
        private var position: Position
        private var hasMore = false
        private var isOpen = false
        private let end: ContinuousClock.Instant?
        private var wakes: AsyncCancelOnGracefulShutdownSequence<AsyncStream<Wake>>.AsyncIterator

        fileprivate init(_ stream: EventStream) {
            self.stream = stream
            position = stream.start
            end = stream.longest.map { ContinuousClock.now + $0 }
            wakes = stream.wakes.cancelOnGracefulShutdown().makeAsyncIterator()
        }

        package mutating func next() async throws -> ByteBuffer? {
            guard isOpen else {
                // Proxies and clients see at once that the stream is there.
                isOpen = true
                return ByteBuffer(string: ": \(position)\n\n")
            }
            while true {
                // Looked at here too: whoever has much to read would otherwise never be asked to come back.
                if let end, .now >= end { return nil }
                if hasMore {
                    let page = try await stream.engine.eventPage(
                        after: position, types: stream.types, limit: EventStream.batch)
                    (position, hasMore) = (page.through, page.hasMore)
                    if !page.events.isEmpty { return ByteBuffer(string: page.events.map(stream.text).joined()) }
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
    static func whole(_ event: LedgerEvent) -> String {
        // Canonical JSON has no line breaks.
        "id: \(event.position)\nevent: \(event.type)\ndata: \(String(decoding: event.json.canonicalBytes(), as: UTF8.self))\n\n"
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
