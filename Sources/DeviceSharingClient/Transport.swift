import AsyncHTTPClient
import Canonical
import Foundation
import Gzip
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Sends requests, and sends them again where that is safe: every command goes under an idempotency key.
struct Transport: Sendable {
    let configuration: DeviceSharingClient.Configuration

    /// Bytes of an answer, at most.
    static let maximumAnswer = 64 << 20
    /// Answers after which the same request may succeed.
    private static let passing: Set<Int> = [408, 429, 502, 503, 504]

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// Sends a request and takes its answer as JSON. Throws `ClientError`.
    func json(_ method: HTTPMethod, _ path: String, body: JSONValue? = nil, headers: [(String, String)] = [])
        async throws -> JSONValue
    {
        let answer = try await send(method, path, body: body, headers: headers)
        do {
            return try JSONValue(parsing: answer.bytes)
        } catch {
            throw ClientError(.unexpectedAnswer, "the answer to \(method.rawValue) \(path) is no JSON")
        }
    }

    /// A command, under the caller's key or a new one.
    func command(_ path: String, body: JSONValue?, key: String?) async throws -> JSONValue {
        try await json(
            .POST, path, body: body, headers: [("Idempotency-Key", key ?? UUID().uuidString.lowercased())])
    }

    /// - Parameter isImport: whether the server may take as long as it does for an import.
    func send(
        _ method: HTTPMethod, _ path: String, body: JSONValue? = nil, text: String? = nil,
        headers: [(String, String)] = [], isImport: Bool = false
    ) async throws -> Answer {
        var attempt = 1
        while true {
            var failure: ClientError
            var wanted: Duration?
            do {
                let answer = try await sendOnce(
                    method, path, body: body, text: text, headers: headers, isImport: isImport)
                guard answer.status >= 400 else { return answer }
                guard
                    let problem = (try? JSONValue(parsing: answer.text)).flatMap({
                        ProblemAnswer($0, status: answer.status)
                    })
                else {
                    throw ClientError(
                        .unexpectedAnswer, "\(method.rawValue) \(path) was answered with \(answer.status)")
                }
                failure = ClientError(.refused, problem.detail, problem: problem)
                guard Self.passing.contains(answer.status) else { throw failure }
                wanted = answer.headers.first(name: "Retry-After").flatMap { Int($0) }.map { .seconds($0) }
            } catch let error as ClientError {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                failure = ClientError(.unreachable, "\(error)")
            }
            guard attempt < configuration.retries.attempts else { throw failure }
            try await Task.sleep(for: configuration.retries.delay(after: attempt, wanted: wanted))
            attempt += 1
        }
    }

    private func sendOnce(
        _ method: HTTPMethod, _ path: String, body: JSONValue?, text: String?, headers: [(String, String)], isImport: Bool
    ) async throws -> Answer {
        var request = try await self.request(method, path)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.canonicalBytes()))
        }
        if let text { Self.set(ByteBuffer(string: text), &request) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Accept-Encoding", value: Gzip.coding)
        let http = isImport ? DeviceSharingClient.importHTTP : DeviceSharingClient.http
        let time = isImport ? DeviceSharingClient.importTime : configuration.timeout
        let response = try await http.execute(request, timeout: TimeAmount(time))
        return Answer(
            status: Int(response.status.code), headers: response.headers,
            bytes: Array(buffer: try await response.body.collect(upTo: Self.maximumAnswer)))
    }

    /// Bytes of a body from which on it is compressed.
    private static let leastCompressed = 4_096

    private static func set(_ body: ByteBuffer, _ request: inout HTTPClientRequest) {
        // Without memory for tables the body is as good as it is.
        guard body.readableBytes >= leastCompressed, let compressed = try? Gzip.compressed(Array(buffer: body)) else {
            request.body = .bytes(body)
            return
        }
        request.headers.add(name: "Content-Encoding", value: Gzip.coding)
        request.body = .bytes(ByteBuffer(bytes: compressed))
    }

    /// A request with the client's token and language.
    func request(_ method: HTTPMethod, _ path: String) async throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: configuration.server + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(try await configuration.token())")
        request.headers.add(name: "Accept-Language", value: configuration.language.rawValue)
        return request
    }
}
