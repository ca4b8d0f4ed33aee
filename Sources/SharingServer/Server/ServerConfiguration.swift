import DeviceSharing
import Foundation
import Logging

/// What a server needs to know beside its engine.
public struct ServerConfiguration: Sendable {
    public var host: String
    /// 0 for any that is free.
    public var port: Int
    /// Nil for plain HTTP.
    public var tls: TLSFiles?
    /// The ledger that the engine works on: tokens of others are refused.
    public var ledger: String
    public var limits: ServerLimits
    /// The key under which identity data is fingerprinted; nil where identities cannot be recorded.
    public var identityKey: FingerprintKey?
    public var logger: Logger
    /// Throws where the database is not as this program needs it.
    public var checkDatabase: @Sendable () async throws -> Void

    /// A certificate and its key, as PEM; read again when they change.
    public struct TLSFiles: Sendable {
        public var certificate: URL
        public var key: URL

        public init(certificate: URL, key: URL) {
            self.certificate = certificate
            self.key = key
        }
    }

    public init(
        host: String = "127.0.0.1", port: Int = 8080, tls: TLSFiles? = nil, ledger: String = "default",
        limits: ServerLimits = ServerLimits(), identityKey: FingerprintKey? = nil,
        logger: Logger = Logger(label: "devshare"),
        checkDatabase: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.ledger = ledger
        self.limits = limits
        self.identityKey = identityKey
        self.logger = logger
        self.checkDatabase = checkDatabase
    }
}
