import Synchronization

/// That the server has been asked to stop: it serves on for a while, and says by its readiness that no more should be sent to it.
package final class StopSign: Sendable {
    private let isUp = Atomic(false)

    package init() {}

    package var isSet: Bool { isUp.load(ordering: .relaxed) }

    package func set() { isUp.store(true, ordering: .relaxed) }
}
