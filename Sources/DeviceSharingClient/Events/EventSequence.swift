import AsyncHTTPClient
import Canonical
import DeviceSharing
import NIOCore

/// Something that happened, as the ledger holds it.
public struct EventAnswer: Sendable {
    public let position: Int64
    /// Where to go on behind this event.
    public let cursor: EventCursor
    public let type: String
    /// What it is about, such as `share-request/…`.
    public let stream: String
    public let recordedAt: Timestamp
    public let json: JSONValue

    init?(_ json: JSONValue, cursor: EventCursor?) {
        guard let cursor, let position = json["position"]?.integerValue, let type = json["type"]?.stringValue,
            let stream = json["stream"]?.stringValue,
            let recordedAt = json["recordedAt"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        self.position = position
        self.cursor = cursor
        self.type = type
        self.stream = stream
        self.recordedAt = recordedAt
        self.json = json
    }
}

/// Events of the ledger as they are committed, without end: a connection that breaks, or that the server ends because the
/// token's time or the stream's own is up, is made anew where it was, with a token of that moment. So nothing is missed and
/// nothing comes twice. Ends with an error that no new connection mends, or with its task.
///
/// A ledger that no longer holds what was heard ends it with the problem `log-rewound`, whose parameter `checkpoint`, if there is one,
/// is the cursor to go on from.
public struct EventSequence: AsyncSequence, Sendable {
    let transport: Transport
    let start: EventCursor
    let types: [String]

    /// How long a stream may be silent: three times the server's sign of life.
    private static let silence: TimeAmount = .seconds(45)

    /// For streams alone; lives as long as the process.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.timeout.read = silence
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    public struct AsyncIterator: AsyncIteratorProtocol {
        private let sequence: EventSequence
        private var cursor: EventCursor
        private var position: Int64 = 0
        private var body: HTTPClientResponse.Body.AsyncIterator?
        private var reader = ServerSentEventReader()
        private var waiting: [EventAnswer] = []
        private var failures = 0

        fileprivate init(_ sequence: EventSequence) {
            self.sequence = sequence
            cursor = sequence.start
        }

        public mutating func next() async throws -> EventAnswer? {
            while waiting.isEmpty {
                try Task.checkCancellation()
                do {
                    if body == nil { try await connect() }
                    guard let chunk = try await body?.next() else {
                        // Servers end streams in good order now and then: that is no failure to wait longer after.
                        failures = 0
                        try await lose(nil)
                        continue
                    }
                    for event in reader.read(chunk.readableBytesView) {
                        let json = try? JSONValue(parsing: event.data)
                        guard let answer = json.flatMap({ EventAnswer($0, cursor: event.id.map(EventCursor.init)) }) else {
                            throw ClientError(.unexpectedAnswer, "an event of the stream cannot be read")
                        }
                        // What comes again after a reconnection is known.
                        if answer.position > position { waiting.append(answer) }
                    }
                } catch let error as ClientError where error.code != .unreachable {
                    throw error
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    try await lose(error)
                }
            }
            let event = waiting.removeFirst()
            (position, cursor) = (event.position, event.cursor)
            failures = 0
            return event
        }

        private mutating func connect() async throws {
            reader = ServerSentEventReader()
            let query = sequence.types.map { "&type=\($0.escaped)" }.joined()
            var request = try await sequence.transport.request(.GET, "/v1/events/stream?after=\(cursor.text.escaped)\(query)")
            request.headers.add(name: "Last-Event-ID", value: cursor.text)
            let response = try await EventSequence.http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
                let status = Int(response.status.code)
                let problem = (try? JSONValue(parsing: text)).flatMap { ProblemAnswer($0, status: status) }
                guard status >= 500 || status == 429 else {
                    throw ClientError(
                        .refused, problem?.detail ?? "the stream was answered with \(status)", problem: problem)
                }
                throw ClientError(
                    .unreachable, problem?.detail ?? "the stream was answered with \(status)", problem: problem)
            }
            body = response.body.makeAsyncIterator()
        }

        /// Waits before the next connection; longer after each that came to nothing.
        private mutating func lose(_ error: (any Error)?) async throws {
            body = nil
            failures += 1
            try await Task.sleep(for: sequence.transport.configuration.retries.delay(after: failures, wanted: nil))
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

extension DeviceSharingClient {
    /// Events behind a cursor, as they are committed. Needs the role `auditor`.
    public func events(after cursor: EventCursor = .start, types: [String] = []) -> EventSequence {
        EventSequence(transport: transport, start: cursor, types: types)
    }
}
