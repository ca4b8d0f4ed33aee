import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SharingAudit
import SharingLog
import Transparency

/// A witness behind a URL: GET answers the newest checkpoint that it was given, 404 where there is none yet, and PUT gives it
/// the next one. A folder of WebDAV, an object in a bucket, or a few lines of anybody's own will do.
///
/// Redirects are not followed: where a checkpoint is kept is said in the settings and nowhere else.
public struct HTTPWitness: Witness {
    private let address: WitnessAddress
    private let times: WitnessTimes

    private static let userAgent = "devshare-witness/1"
    private static let connectTime: TimeAmount = .seconds(3)

    /// - Parameter url: https, or http on this machine; may have a user and a password, which are never printed.
    ///
    /// Throws `witness-unusable`.
    public init(url: String, times: WitnessTimes = WitnessTimes()) throws(EngineError) {
        address = try WitnessAddress(url)
        self.times = times
    }

    public func latest() async throws -> SignedNote? {
        let answer = try await send(.GET)
        switch answer.status {
        case 200: return try SignedNote(parsing: answer.body)
        case 404: return nil
        default: throw refusal(.GET, answer.status)
        }
    }

    public func publish(_ note: SignedNote, size: UInt64) async throws {
        let answer = try await send(.PUT, Array(note.description.utf8))
        guard (200..<300).contains(answer.status) else { throw refusal(.PUT, answer.status) }
    }

    // MARK: Sending

    private struct Answer {
        let status: UInt
        let body: [UInt8]

        /// Whether the same may be answered otherwise in a moment.
        var isPassing: Bool { status == 429 || (500..<600).contains(status) }
    }

    /// Sends, and sends again what fails in passing: both GET and PUT may be repeated.
    private func send(_ method: HTTPMethod, _ body: [UInt8]? = nil) async throws -> Answer {
        var pause = times.pause
        for _ in 1..<max(times.attempts, 1) {
            do {
                let answer = try await sendOnce(method, body)
                guard answer.isPassing else { return answer }
            } catch let error as EngineError {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // Tried again; the last attempt says what is wrong.
            }
            try await Task.sleep(for: pause)
            pause *= 2
        }
        do {
            return try await sendOnce(method, body)
        } catch let error as EngineError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw EngineError(.witnessUnusable, "\(method.rawValue) \(address): \(error)")
        }
    }

    private func sendOnce(_ method: HTTPMethod, _ body: [UInt8]?) async throws -> Answer {
        var request = HTTPClientRequest(url: address.url)
        request.method = method
        request.headers.add(name: "user-agent", value: Self.userAgent)
        // An answer from a cache could be an older one.
        request.headers.add(name: "cache-control", value: "no-cache")
        if let authorization = address.authorization { request.headers.add(name: "authorization", value: authorization) }
        if let body {
            request.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let answer = try await Self.http.execute(request, deadline: .now() + TimeAmount(times.attempt))
        do {
            let bytes = try await answer.body.collect(upTo: SignedNote.maximumSize)
            return Answer(status: answer.status.code, body: Array(buffer: bytes))
        } catch is NIOTooManyBytesError {
            throw EngineError(.witnessUnusable, "\(address) answers more than a checkpoint can have")
        }
    }

    private func refusal(_ method: HTTPMethod, _ status: UInt) -> EngineError {
        let isRedirect = (300..<400).contains(status)
        return EngineError(
            .witnessUnusable,
            "\(address) answers \(method.rawValue) with \(status)" + (isRedirect ? "; redirects are not followed" : ""))
    }

    /// Lives as long as the process.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = connectTime
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
