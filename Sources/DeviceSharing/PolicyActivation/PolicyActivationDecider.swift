/// Decides what becomes of a policy that somebody wants in force.
public enum PolicyActivationDecider {
    /// Puts a policy in force; nothing where it is already. A text that was in force before can come back under its version.
    /// Throws `policy-version-reused` where the version was another text's: two texts under one version could not be told apart
    /// by those who read what decided.
    public static func activate(_ activation: PolicyActivation, _ state: PolicyActivation?) throws(SharingError) -> [NewEvent] {
        guard state?.digest != activation.digest else { return [] }
        if let known = state?.texts[activation.version], !known.contains(activation.digest) {
            throw .policyVersionReused(activation.version)
        }
        let event = PolicyEvent.activated(
            name: activation.name, version: activation.version, digest: activation.digest, text: activation.text)
        return [NewEvent(.policy(activation.name), .policy(event))]
    }
}
