import Synchronization

/// Whether the database's disk was full when it was last written to.
final class DiskNote: Sendable {
    /// For how long that is believed: a server that is asked nothing more would never learn that there is room again.
    private static let validity: Duration = .seconds(5)

    private let full = Mutex<ContinuousClock.Instant?>(nil)

    var isFull: Bool { full.withLock { $0.map { .now - $0 < Self.validity } ?? false } }

    func note(isFull: Bool) { full.withLock { $0 = isFull ? .now : nil } }
}
