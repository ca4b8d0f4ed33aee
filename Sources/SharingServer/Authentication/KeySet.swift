import Canonical
import JWTKit
import Logging

/// The keys of the authorisation server, kept and renewed: after a while, and when a token names a key that is not there.
actor KeySet {
    private struct Loaded {
        let keys: JWTKeyCollection
        let identifiers: Set<String>
        let at: ContinuousClock.Instant
    }

    /// How old a set may become.
    private static let maximumAge: Duration = .seconds(300)
    /// How soon it is looked for again, however many tokens with unknown keys come.
    private static let shortestInterval: Duration = .seconds(10)

    private let source: KeySource
    private let logger: Logger
    private var loaded: Loaded?
    private var attemptedAt: ContinuousClock.Instant?
    private var loading: Task<Void, Never>?

    init(source: KeySource, logger: Logger) {
        self.source = source
        self.logger = logger
    }

    /// The keys with which a token may be signed. Throws `token-keys-unavailable` where there are none at all, and
    /// `token-invalid` for a key that is not among them.
    func keys(for keyID: String?) async throws -> JWTKeyCollection {
        let isKnown =
            loaded.map { set in keyID.map { set.identifiers.contains($0) } ?? (set.identifiers.count == 1) } ?? false
        let isOld = loaded.map { .now - $0.at > Self.maximumAge } ?? true
        if !isKnown || isOld { await renew() }
        guard let loaded else { throw ProblemDetails(.tokenKeysUnavailable) }
        // Without a name the key must be the only one: none is guessed.
        let isFound = keyID.map { loaded.identifiers.contains($0) } ?? (loaded.identifiers.count == 1)
        guard isFound else { throw ProblemDetails(.tokenInvalid) }
        return loaded.keys
    }

    private func renew() async {
        if let loading { return await loading.value }
        if let attemptedAt, .now - attemptedAt < Self.shortestInterval { return }
        attemptedAt = .now
        // A task of its own: a caller that gives up must not spoil it for the others.
        let task = Task { await load() }
        loading = task
        await task.value
        loading = nil
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
