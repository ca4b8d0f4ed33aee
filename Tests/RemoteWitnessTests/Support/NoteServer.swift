import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A witness on a real socket: keeps the newest note that it was given, and misbehaves as the test says.
final class NoteServer: Sendable {
    enum Misbehaviour: Sendable {
        case status(Int, location: String? = nil)
        case body(String)
        /// The connection stays open, and nothing comes.
        case silence
    }

    struct Taken: Sendable {
        let method: String
        let path: String
        let authorization: String?
    }

    private struct Fields {
        var note: String?
        var requests: [Taken] = []
        /// For the next requests, one each.
        var misbehaviours: [Misbehaviour] = []
    }

    private let fields = Mutex(Fields())
    let port: Int

    private init(port: Int) { self.port = port }

    var url: String { "http://127.0.0.1:\(port)/sharing" }
    var note: String? { fields.withLock { $0.note } }
    var requests: [Taken] { fields.withLock { $0.requests } }

    func misbehave(_ misbehaviours: Misbehaviour...) { fields.withLock { $0.misbehaviours = misbehaviours } }

    func forget() { fields.withLock { $0 = Fields() } }

    /// Listens on a port of its own for as long as `body` runs.
    static func running(_ body: @Sendable @escaping (NoteServer) async throws -> Void) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let store = Mutex<NoteServer?>(nil)
        let router = Router()
        router.add(
            middleware: Everything { request in
                guard let server = store.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
                return try await server.answer(request)
            })
        var logger = Logger(label: "witness")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { listening.yield($0.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                let server = NoteServer(port: port)
                store.withLock { $0 = server }
                group.addTask { try await body(server) }
                break
            }
            try await group.next()
            group.cancelAll()
            while try await group.next() != nil {}
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let taken = Taken(
            method: request.method.rawValue, path: request.uri.path, authorization: request.headers[.authorization])
        let misbehaviour = fields.withLock { fields in
            fields.requests.append(taken)
            return fields.misbehaviours.isEmpty ? nil : fields.misbehaviours.removeFirst()
        }
        switch misbehaviour {
        case .status(let code, let location):
            return Response(
                status: .init(code: code), headers: location.map { [.location: $0] } ?? [:])
        case .body(let text): return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .silence:
            // Ends with the server.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return Response(status: .serviceUnavailable)
        case nil: break
        }
        switch request.method {
        case .get:
            guard let note else { return Response(status: .notFound) }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: note)))
        case .put:
            let body = try await request.body.collect(upTo: 1 << 20)
            fields.withLock { $0.note = String(buffer: body) }
            return Response(status: .noContent)
        default: return Response(status: .methodNotAllowed)
        }
    }

    /// Takes every request, whatever its path.
    private struct Everything: RouterMiddleware {
        let answer: @Sendable (Request) async throws -> Response

        init(_ answer: @Sendable @escaping (Request) async throws -> Response) { self.answer = answer }

        func handle(
            _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
        ) async throws -> Response { try await answer(request) }
    }
}
