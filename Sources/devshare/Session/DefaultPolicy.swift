import DeviceSharing
import SharingEngine
import SharingLog

extension SharingEngine {
    /// Puts the policy in force that comes with the program, in a ledger that has none yet. Returns its name and version; nil
    /// where there was one.
    func activateDefaultPolicy() async throws -> String? {
        guard activePolicy == nil else { return nil }
        _ = try await activatePolicy(
            try Installation.defaultPolicy(), file: "device-sharing.yaml",
            as: CommandContext(actor: Actor(id: "devshare", role: .operator)))
        return activePolicy.map { "\($0.name) \($0.version)" }
    }
}
