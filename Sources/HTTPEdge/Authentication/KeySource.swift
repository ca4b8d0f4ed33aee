import AsyncHTTPClient
import Foundation
import NIOCore

/// Where the keys come from that tokens are checked with: a JSON Web Key Set (RFC 7517, section 5).
public enum KeySource: Sendable {
    case file(URL)
    case url(String)
    /// The set itself.
    case text(String)

    /// Bytes of a set, at most.
    private static let largest = 1 << 20
    private static let timeout: TimeAmount = .seconds(5)

    enum Failure: Error {
        case status(UInt)
        case tooLarge
    }

    func load() async throws -> String {
        switch self {
        case .text(let text): return text
        case .file(let file):
            let text = try String(contentsOf: file, encoding: .utf8)
            guard text.utf8.count <= Self.largest else { throw Failure.tooLarge }
            return text
        case .url(let address):
            let response = try await IssuerClient.shared.execute(HTTPClientRequest(url: address), timeout: Self.timeout)
            guard response.status == .ok else { throw Failure.status(response.status.code) }
            return String(buffer: try await response.body.collect(upTo: Self.largest))
        }
    }
}
