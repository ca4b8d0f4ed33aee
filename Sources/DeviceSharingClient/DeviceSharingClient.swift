import AsyncHTTPClient
import Canonical
import DeviceSharing
import EligibilityPolicy
import NIOCore

/// The API of a device-sharing server.
///
/// ```swift
/// let client = DeviceSharingClient(.init(server: "https://sharing.example.com") { try await tokens.current() })
/// for candidate in try await client.candidates(for: requester) where candidate.outcome == .approve { … }
/// let request = try await client.submit(requester: requester, owner: owner, device: device, consent: consent)
/// ```
///
/// What fails in passing is tried again. That is safe: each command goes under an idempotency key, by which the server carries
/// it out once.
public struct DeviceSharingClient: Sendable {
    public struct Configuration: Sendable {
        /// Such as `https://sharing.example.com`, without a slash at its end.
        public var server: String
        /// An access token; asked for before each request.
        public var token: @Sendable () async throws -> String
        /// Of the texts in answers.
        public var language: Language
        public var retries: RetryPolicy
        /// For each try; imports have a time of their own, `importTime`.
        public var timeout: Duration

        public init(
            server: String, language: Language = .english, retries: RetryPolicy = RetryPolicy(),
            timeout: Duration = .seconds(35),
            token: @Sendable @escaping () async throws -> String
        ) {
            self.server = server
            self.language = language
            self.retries = retries
            self.timeout = timeout
            self.token = token
        }
    }

    let transport: Transport

    public init(_ configuration: Configuration) { transport = Transport(configuration: configuration) }

    /// For each try of an import: longer than the 300 seconds that a server gives one, so that it is the server that gives up.
    public static let importTime: Duration = .seconds(330)

    /// How long a connection may take to come about.
    private static let connectTime: TimeAmount = .seconds(5)

    /// Lives as long as the process.
    static let http = makeHTTP()
    /// For imports alone, on which a server works without a word.
    static let importHTTP = makeHTTP(silence: TimeAmount(importTime))

    /// A connection that is refused is an answer, and is tried again as one.
    /// - Parameter silence: how long the server may say nothing; nil for as long as is usual.
    private static func makeHTTP(silence: TimeAmount? = nil) -> HTTPClient {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.timeout.connect = connectTime
        if let silence { configuration.timeout.read = silence }
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.decompression = .enabled(limit: .size(Transport.maximumAnswer))
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
