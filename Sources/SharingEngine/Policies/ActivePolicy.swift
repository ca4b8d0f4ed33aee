import Canonical
import DeviceSharing
import EligibilityPolicy
import Synchronization

/// The policy that decides now. It changes as a whole: a batch takes it once, when it begins.
final class ActivePolicy: Sendable {
    /// A policy and where in its stream its activation stands.
    struct Activation: Sendable {
        let policy: Policy
        let version: Int32
    }

    private let activation = Mutex<Activation?>(nil)

    /// Nil before the first activation.
    var current: Policy? { activation.withLock { $0?.policy } }

    var version: Int32 { activation.withLock { $0?.version ?? 0 } }

    /// Takes an activation, unless a later one is known.
    func take(_ new: Activation) {
        activation.withLock { current in
            if let current, current.version >= new.version { return }
            current = new
        }
    }
}
