import Canonical

/// The policy that a ledger's policy stream says is in force.
public struct PolicyActivation: Hashable, Sendable {
    public let name: String
    public let version: String
    public let digest: Digest
    /// The policy file, byte for byte.
    public let text: String

    public init(name: String, version: String, digest: Digest, text: String) {
        self.name = name
        self.version = version
        self.digest = digest
        self.text = text
    }

    public static func evolve(_ state: PolicyActivation?, _ event: PolicyEvent) -> PolicyActivation? {
        switch event {
        case .activated(let name, let version, let digest, let text):
            PolicyActivation(name: name, version: version, digest: digest, text: text)
        }
    }
}
