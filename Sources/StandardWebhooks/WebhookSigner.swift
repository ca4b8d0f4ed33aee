import Crypto
import Foundation

/// Signs messages. While a secret is being replaced there are two, and each message bears a signature of both, so that
/// a receiver may take up the new one at any moment.
public struct WebhookSigner: Sendable {
    /// Version of the symmetric scheme: HMAC-SHA-256 over `id.timestamp.body`.
    static let version = "v1"

    private let secrets: [WebhookSecret]

    /// - Parameter secrets: the newest first.
    public init(_ secrets: WebhookSecret...) { self.secrets = secrets }

    public init(_ secrets: [WebhookSecret]) { self.secrets = secrets }

    /// The headers of a message that is sent at `seconds` since the Unix epoch.
    ///
    /// - Parameter id: without a full stop, which separates what is signed.
    public func headers(id: String, at seconds: Int64, body: some Collection<UInt8>) -> WebhookHeaders {
        let timestamp = String(seconds)
        let content = Self.content(id: id, timestamp: timestamp, body: body)
        let signatures = secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: secret.bytes))
            return "\(Self.version),\(Data(code).base64EncodedString())"
        }
        return WebhookHeaders(id: id, timestamp: timestamp, signature: signatures.joined(separator: " "))
    }

    static func content(id: String, timestamp: String, body: some Collection<UInt8>) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(id.utf8.count + timestamp.utf8.count + body.count + 2)
        content += id.utf8
        content.append(UInt8(ascii: "."))
        content += timestamp.utf8
        content.append(UInt8(ascii: "."))
        content += body
        return content
    }
}
