import HTTPTypes
import Hummingbird
import StandardWebhooks
import Synchronization

/// A receiver of webhooks on a real socket.
final class HookReceiver: Sendable {
    struct Message: Sendable {
        let headers: WebhookHeaders
        let body: [UInt8]
    }

    private struct State {
        var messages: [Message] = []
        var status = HTTPResponse.Status.noContent
        var port = 0
    }

    private let state = Mutex(State())

    var url: String { "http://127.0.0.1:\(state.withLock { $0.port })/hooks" }
    var messages: [Message] { state.withLock { $0.messages } }

    func answer(with status: HTTPResponse.Status) { state.withLock { $0.status = status } }

    /// Listens for as long as `body` runs.
    static func listening(_ body: @Sendable @escaping (HookReceiver) async throws -> Void) async throws {
        let receiver = HookReceiver()
        let router = Router()
        router.post("/hooks") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 20)
            let headers = WebhookHeaders { name in HTTPField.Name(name).flatMap { request.headers[$0] } }
            return receiver.state.withLock { state in
                if let headers { state.messages.append(Message(headers: headers, body: Array(buffer.readableBytesView))) }
                return Response(status: state.status)
            }
        }
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { listening.yield($0.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                for await port in ports {
                    receiver.state.withLock { $0.port = port }
                    return try await body(receiver)
                }
            }
            try await group.next()
            group.cancelAll()
            while try await group.next() != nil {}
        }
    }
}
