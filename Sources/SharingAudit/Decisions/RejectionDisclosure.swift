import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import SharingLog

/// Whether an officer's rejection tells portals what the policy said that was in force.
enum RejectionDisclosure {
    /// What is wrong with it, as a clause behind the request; nil where nothing is. A policy whose text this program cannot read, or
    /// that is not at hand, is not asked.
    static func problem(_ rejection: Rejection, at position: Position, _ policies: PolicyArchive) -> String? {
        guard rejection.by == .compliance, let reason = rejection.reason else { return nil }
        if let told = rejection.disclosed, !policies.wasInForce(told.policy, at: position) {
            return "tells portals '\(told.reason)' by the policy \(told.policy), and another one was in force"
        }
        guard let digest = rejection.disclosed?.policy ?? policies.inForce(at: position),
            let policy = try? policies.policy(digest)
        else { return nil }
        guard let listed = policy.rejectionReasons.first(where: { $0.id.rawValue == reason }) else {
            return "gives the reason '\(reason)', which the policy \(digest) does not list"
        }
        let due = policy.disclosed(listed)
        guard rejection.disclosed?.reason != due else { return nil }
        func named(_ reason: String?) -> String { reason.map { "'\($0)'" } ?? "nothing" }
        return
            "tells portals \(named(rejection.disclosed?.reason)) in place of '\(reason)', and by the policy \(digest) it is \(named(due))"
    }
}
