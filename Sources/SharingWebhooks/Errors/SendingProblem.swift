/// Why a message was not taken.
public struct SendingProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The receiver answered with something other than 2xx. Redirects are not followed.
        case refused
        /// The receiver has an address that nothing may be sent to.
        case addressRefused = "address-refused"
        /// The host's name has no address.
        case nameNotResolved = "name-not-resolved"
        /// Nobody listens, or the connection broke.
        case connectionFailed = "connection-failed"
        /// The receiver has no certificate that can be trusted, or speaks no TLS.
        case tlsFailed = "tls-failed"
        /// The receiver did not answer in time.
        case timedOut = "timed-out"
        /// The URL is not one to send to.
        case destinationInvalid = "destination-invalid"
    }

    public let code: Code
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public var description: String { "\(code.rawValue): \(detail)" }
}
