import Canonical
import Logging

/// The keys of the authorisation server, kept and renewed: after a while, and when a token names a key that is not there. While
/// the server does not answer, the last keys count for a time.
///
/// A token that is not verified changes nothing here, but that new keys are looked for, once in `keySetInterval` for all tokens
/// together.
package actor KeySet {
    private struct Loaded {
        let keys: [VerificationKey]
        let at: ContinuousClock.Instant

        /// The keys that may have signed a token: those of its `kid`, else those without a name; all, for a token that names none.
        func candidates(for token: SignedToken, most: Int) -> Candidates {
            let fitting = keys.filter { $0.fits(token.algorithm) }
            guard let keyID = token.keyID else { return Candidates(keys: fitting.prefix(most), areNamed: false) }
            let named = fitting.filter { $0.identifier == keyID }
            guard named.isEmpty else { return Candidates(keys: named.prefix(most), areNamed: true) }
            return Candidates(keys: fitting.filter { $0.identifier == nil }.prefix(most), areNamed: false)
        }
    }

    /// Keys that may have signed a token.
    private struct Candidates: Sendable {
        let keys: ArraySlice<VerificationKey>
        /// Whether they are those that the token names: then newer ones need not be looked for.
        let areNamed: Bool

        func have(signed token: SignedToken) -> Bool { keys.contains { $0.hasSigned(token) } }
        var refusal: TokenRefusal { keys.isEmpty ? .keyUnknown : .signature }
    }

    private let source: KeySource
    private let limits: ServerLimits
    private let logger: Logger
    private var loaded: Loaded?
    private var attemptedAt: ContinuousClock.Instant?
    private var loading: Task<Void, Never>?
    /// Callers that wait for keys while others could be used.
    private var waiting = 0

    package init(source: KeySource, limits: ServerLimits, logger: Logger) {
        self.source = source
        self.limits = limits
        self.logger = logger
    }

    /// Throws `TokenRefusal` where the token was not signed by one of these keys, and `token-keys-unavailable` where that cannot
    /// be said.
    package nonisolated func checkSignature(of token: SignedToken) async throws {
        if let candidates = await candidates(for: token) {
            if candidates.have(signed: token) { return }
            guard !candidates.areNamed, try await hasRenewed() else { throw candidates.refusal }
        } else {
            await renew()
        }
        guard let candidates = await candidates(for: token) else { throw ProblemDetails(.tokenKeysUnavailable) }
        guard candidates.have(signed: token) else { throw candidates.refusal }
    }

    /// Nil where there are no keys at all.
    private func candidates(for token: SignedToken) -> Candidates? {
        guard let loaded = usable else { return nil }
        // Nobody waits for what is only to be renewed.
        if .now - loaded.at > limits.keySetAge { _ = renewal() }
        return loaded.candidates(for: token, most: limits.keysTried)
    }

    private func renew() async { await renewal()?.value }

    /// Waits for new keys, which may have one that nobody knows yet. Few wait at a time: where the source is slow, tokens with
    /// unknown keys must not use up the places of other requests. Returns whether keys were looked for.
    private func hasRenewed() async throws -> Bool {
        guard let renewal = renewal() else { return false }
        guard waiting < limits.keySetWaiters else { throw ProblemDetails(.tokenKeysUnavailable) }
        waiting += 1
        defer { waiting -= 1 }
        await renewal.value
        return true
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

    /// Where no set can be loaded the old one stays in force.
    private func load() async {
        do {
            let set = try JSONValue(parsing: try await source.load())
            let entries = set["keys"]?.arrayValue ?? []
            if entries.count > limits.keySetKeys {
                logger.error(
                    "the key set has more keys than are looked at",
                    metadata: ["keys": .stringConvertible(entries.count), "limit": .stringConvertible(limits.keySetKeys)])
            }
            var keys: [VerificationKey] = []
            for entry in entries.prefix(limits.keySetKeys) {
                if let key = await VerificationKey(entry) { keys.append(key) }
            }
            guard !keys.isEmpty else {
                logger.error("the key set holds no key that can be used")
                return
            }
            loaded = Loaded(keys: keys, at: .now)
        } catch {
            logger.error("the key set cannot be loaded", metadata: ["error": "\(error)"])
        }
    }
}
