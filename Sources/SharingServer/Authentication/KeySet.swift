import Canonical
import JWTKit
import Logging

/// The keys of the authorisation server, kept and renewed: after a while, and when a token names a key that is not there. Where
/// new ones cannot be had the old ones go on for a time.
actor KeySet {
    private struct Loaded {
        let keys: JWTKeyCollection
        let identifiers: Set<String>
        let at: ContinuousClock.Instant

        /// Without a name the key must be the only one: none is guessed.
        func has(_ keyID: String?) -> Bool { keyID.map { identifiers.contains($0) } ?? (identifiers.count == 1) }
    }

    private let source: KeySource
    private let limits: ServerLimits
    private let logger: Logger
    private var loaded: Loaded?
    private var attemptedAt: ContinuousClock.Instant?
    private var loading: Task<Void, Never>?

    init(source: KeySource, limits: ServerLimits, logger: Logger) {
        self.source = source
        self.limits = limits
        self.logger = logger
    }

    /// The keys with which a token may be signed. Throws `token-keys-unavailable` where there are none at all, and
    /// `token-invalid` for a key that is not among them.
    func keys(for keyID: String?) async throws -> JWTKeyCollection {
        if let loaded = usable, loaded.has(keyID) {
            // Nobody waits for what is only to be renewed.
            if .now - loaded.at > limits.keySetAge { _ = renewal() }
            return loaded.keys
        }
        await renewal()?.value
        guard let loaded = usable else { throw ProblemDetails(.tokenKeysUnavailable) }
        guard loaded.has(keyID) else { throw ProblemDetails(.tokenInvalid) }
        return loaded.keys
    }

    /// Throws `token-invalid` where the token was not signed by one of these keys.
    func checkSignature(_ text: String, keyID: String?) async throws {
        let keys = try await self.keys(for: keyID)
        do {
            _ = try await keys.verify(text, as: Unread.self)
        } catch {
            throw ProblemDetails(.tokenInvalid)
        }
    }

    /// The library checks the signature; the claims are read by our own, strict parser.
    private struct Unread: JWTPayload {
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private var usable: Loaded? {
        guard let loaded, .now - loaded.at <= limits.keySetStaleness else { return nil }
        return loaded
    }

    /// The look for new keys that is under way, or a new one; nil where the last one was only just now.
    private func renewal() -> Task<Void, Never>? {
        if let loading { return loading }
        if let attemptedAt, .now - attemptedAt < limits.keySetInterval { return nil }
        attemptedAt = .now
        // A task of its own: a caller that gives up must not spoil it for the others. It ends with the source's time limit.
        let task = Task {
            await load()
            loading = nil
        }
        loading = task
        return task
    }

    /// A set that cannot be had leaves the old one in force.
    private func load() async {
        do {
            let text = try await source.load()
            let set = try JSONValue(parsing: text)
            let keys = JWTKeyCollection()
            var identifiers: Set<String> = []
            for entry in set["keys"]?.arrayValue ?? [] {
                // A key of a kind that is not ours does not spoil the set.
                guard let identifier = entry["kid"]?.stringValue, entry["use"]?.stringValue ?? "sig" == "sig",
                    let key = try? JWK(json: String(decoding: entry.canonicalBytes(), as: UTF8.self)),
                    (try? await keys.add(jwk: key)) != nil
                else { continue }
                identifiers.insert(identifier)
            }
            guard !identifiers.isEmpty else {
                logger.error("the key set holds no key that can be used")
                return
            }
            loaded = Loaded(keys: keys, identifiers: identifiers, at: .now)
        } catch {
            logger.error("the key set cannot be had", metadata: ["error": "\(error)"])
        }
    }
}
