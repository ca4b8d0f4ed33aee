import Canonical
import DeviceSharing
import EligibilityPolicy
import PostgreSQL
import SharingLog

extension SharingEngine {
    /// Puts a policy in force: from the commit on, it decides.
    ///
    /// Throws `policy-invalid` with every problem of the file, `policy-version-reused` where its version was another text's, and
    /// `device-kind-in-use` where it leaves out a kind of which there are devices.
    public func activatePolicy(_ text: String, file: String = "policy", as context: CommandContext) async throws -> Receipt {
        let policy = try read(text, file: file)
        guard policy.name == StreamID.sharingPolicyName else {
            throw SharingError.policyInvalid(problems: [
                "\(file): policy.name must be \(StreamID.sharingPolicyName), not \(policy.name)"
            ])
        }
        try await refuseToLeaveOutKindsInUse(policy)
        let activation = PolicyActivation(name: policy.name, version: policy.version, digest: policy.digest, text: text)
        let receipt = try await perform(.activatePolicy(activation), as: context)
        // It is in force all the same, and whoever decides by it looks for it.
        await memory.refreshPolicyOrWarn()
        return receipt
    }

    /// Holders of a kind that the catalogue lacks could share nothing any more: their device would have an unknown level.
    private func refuseToLeaveOutKindsInUse(_ policy: Policy) async throws {
        // Another process may have put a policy in force with kinds that this one does not know of.
        await memory.refreshPolicyOrWarn()
        let removed = (activePolicy?.catalog.kinds ?? []).map(\.id).filter { policy.catalog[$0] == nil }
        let used = try await deviceCounts(ofKinds: removed)
        guard !used.isEmpty else { return }
        throw SharingError.deviceKindInUse(
            removed.filter { used[$0] != nil }, devices: used.values.reduce(0) { $0.addingReportingOverflow($1).partialValue })
    }

    /// Checks a text, unless it is that of the policy in force: checks that came after it came into force do not make a server
    /// refuse the file that it follows.
    private func read(_ text: String, file: String) throws -> Policy {
        if let current = activePolicy, current.digest == Digest(sha256: text.utf8) { return current }
        do {
            return try Policy.load(text, file: file)
        } catch {
            throw SharingError.policyInvalid(problems: error.problems.map(\.description))
        }
    }

    /// The policy in force; nil before the first activation.
    public var activePolicy: Policy? { policies.current }

    /// The policy that a decision names; nil where the log does not hold it.
    package func policy(_ digest: Digest) async throws -> Policy? {
        if let active = policies.current, active.digest == digest { return active }
        return try await policyCache.policy(digest, log.reader)
    }
}
