import Synchronization

/// Whether the database's disk was full when something was last to be appended.
final class DiskNote: Sendable {
    /// For how long that is believed: a server that is asked nothing more would never learn that there is room again.
    private static let validity: Duration = .seconds(5)

    private let full = Mutex<ContinuousClock.Instant?>(nil)

    var isFull: Bool { full.withLock { $0.map { .now - $0 < Self.validity } ?? false } }

    /// An append has failed of it.
    func noteFull() { full.withLock { $0 = .now } }

    /// Events were appended.
    func noteRoom() { full.withLock { $0 = nil } }
}
