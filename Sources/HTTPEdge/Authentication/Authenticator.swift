import Canonical
import DeviceSharing
import Logging
import Synchronization

/// Says who is asking, by bearer tokens (RFC 6750, RFC 9068).
public final class Authenticator: Sendable {
    private let rules: TokenRules
    private let keys: KeySet
    private let limits: ServerLimits
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    /// Tokens whose signatures were found good, by their digests: a client sends the same one many times.
    private let verifiedTokens = Mutex<[Digest: CachedVerification]>([:])

    private struct CachedVerification {
        let principal: Principal
        /// Until the signature is looked at again: its key may be withdrawn meanwhile.
        let until: ContinuousClock.Instant
    }

    public init(
        rules: TokenRules, keys: KeySource, limits: ServerLimits = ServerLimits(),
        logger: Logger = Logger(label: "devshare.tokens"),
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.rules = rules
        self.keys = KeySet(source: keys, limits: limits, logger: logger)
        self.limits = limits
        self.logger = logger
        self.clock = clock
    }

    /// - Parameters:
    ///   - header: of `Authorization`.
    ///   - logger: is told why a token is not believed; nil for the authenticator's own.
    /// - Throws: `token-missing`, `token-invalid`, `token-expired`, `token-too-large`, `token-keys-unavailable`.
    package func principal(authorization header: String?, logger: Logger? = nil) async throws -> Principal {
        guard let header, let space = header.firstIndex(of: " "), header[..<space].lowercased() == "bearer" else {
            throw ProblemDetails(.tokenMissing)
        }
        do {
            return try await principal(of: header[space...].trimming(" "))
        } catch let refusal as TokenRefusal {
            (logger ?? self.logger).notice("a token is not believed", metadata: ["reason": "\(refusal.reason)"])
            throw refusal.problem
        }
    }

    private func principal(of text: String) async throws -> Principal {
        guard text.utf8.count <= limits.token else {
            throw TokenRefusal.tooLarge(bytes: text.utf8.count, limit: limits.token)
        }
        let digest = Digest(sha256: Array(text.utf8))
        let now = clock()
        if let belief = verifiedTokens.withLock({ $0[digest] }), .now < belief.until {
            guard now < belief.principal.expiresAt else { throw TokenRefusal.expired }
            return belief.principal
        }
        let token = try SignedToken(text, for: .access, rules: rules, limits: limits)
        try await keys.checkSignature(of: token)
        let principal = try token.principal(rules, at: now)
        remember(principal, digest, at: now)
        return principal
    }

    /// Only what was verified is remembered: what nobody signed takes no room.
    private func remember(_ principal: Principal, _ digest: Digest, at now: Timestamp) {
        verifiedTokens.withLock { believed in
            let moment = ContinuousClock.now
            if believed.count >= limits.rememberedTokens {
                believed = believed.filter { now < $0.value.principal.expiresAt && moment < $0.value.until }
            }
            if believed.count >= limits.rememberedTokens { believed = [:] }
            believed[digest] = CachedVerification(principal: principal, until: moment + limits.keySetAge)
        }
    }
}
