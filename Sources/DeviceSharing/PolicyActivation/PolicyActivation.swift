import Canonical

/// A policy as it came into force. Its rules are `EligibilityPolicy`'s; here it is the text that decides from then on.
public struct PolicyActivation: Hashable, Sendable {
    public let name: String
    public let version: String
    public let digest: Digest
    /// The policy file, byte for byte.
    public let text: String
    /// The texts that were in force under each version, this one among them. A log of before can have more than one of a version.
    package var texts: [String: Set<Digest>]

    public init(name: String, version: String, digest: Digest, text: String) {
        self.name = name
        self.version = version
        self.digest = digest
        self.text = text
        texts = [version: [digest]]
    }

    public static func evolve(_ state: PolicyActivation?, _ event: PolicyEvent) -> PolicyActivation? {
        switch event {
        case .activated(let name, let version, let digest, let text):
            var activation = PolicyActivation(name: name, version: version, digest: digest, text: text)
            if let state { activation.texts.merge(state.texts) { $0.union($1) } }
            return activation
        }
    }
}
