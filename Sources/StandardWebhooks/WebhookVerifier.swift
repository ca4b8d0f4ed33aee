import Crypto
import Foundation

/// Tells a receiver whether a message is its sender's, unaltered and fresh.
///
/// ```swift
/// let verifier = WebhookVerifier(secret)
/// guard let headers = WebhookHeaders({ request.headers[$0] }) else { … }
/// try verifier.verify(headers, body: body)
/// ```
///
/// The body is to be verified as the bytes that arrived, before anything is parsed. A message may arrive more than once:
/// remember `headers.id` for as long as the tolerance, at least.
public struct WebhookVerifier: Sendable {
    /// How far the sender's clock and ours may differ, and how old an attempt may be: five minutes.
    public static let defaultTolerance: Duration = .seconds(300)
    /// Signatures that are looked at, so that a header of thousands costs nothing.
    public static let maximumSignatures = 8

    private let secrets: [WebhookSecret]
    private let tolerance: Duration

    /// - Parameter secrets: any of them will do.
    public init(_ secrets: WebhookSecret..., tolerance: Duration = WebhookVerifier.defaultTolerance) {
        self.secrets = secrets
        self.tolerance = tolerance
    }

    /// Throws `malformed-header`, `timestamp-too-old`, `timestamp-too-new` or `signature-mismatch`.
    /// - Parameter now: seconds since the Unix epoch.
    public func verify(
        _ headers: WebhookHeaders, body: some Collection<UInt8>, now: Int64 = Int64(Date().timeIntervalSince1970)
    ) throws(WebhookVerificationError) {
        // As it was written, since the text is what was signed; but a number.
        guard !headers.id.isEmpty, let seconds = Int64(headers.timestamp) else { throw .malformedHeader }
        let (age, overflow) = now.subtractingReportingOverflow(seconds)
        guard !overflow else { throw .malformedHeader }
        guard age <= tolerance.components.seconds else { throw .timestampTooOld }
        guard age >= -tolerance.components.seconds else { throw .timestampTooNew }
        let content = WebhookSigner.content(id: headers.id, timestamp: headers.timestamp, body: body)
        for signature in headers.signature.split(separator: " ").prefix(Self.maximumSignatures) {
            let parts = signature.split(separator: ",", maxSplits: 1)
            guard parts.count == 2, parts[0] == WebhookSigner.version, let code = Data(base64Encoded: String(parts[1]))
            else {
                continue  // of another scheme, such as v1a
            }
            for secret in secrets
            where HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: content, using: SymmetricKey(data: secret.bytes))
            {
                return
            }
        }
        throw .signatureMismatch
    }
}

/// Why a message must not be trusted.
public enum WebhookVerificationError: String, Error, Hashable, Sendable, CaseIterable {
    /// The id is empty, or the timestamp is no number.
    case malformedHeader = "malformed-header"
    /// The attempt is older than the tolerance: perhaps somebody repeats what they have overheard.
    case timestampTooOld = "timestamp-too-old"
    /// The attempt is said to be later than now: one of the clocks is wrong.
    case timestampTooNew = "timestamp-too-new"
    /// No signature is of any of the secrets over this message.
    case signatureMismatch = "signature-mismatch"
}
