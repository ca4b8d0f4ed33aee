import Canonical
import Synchronization

/// A clock that stands until it is told to go on.
final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ start: Timestamp) { time = Mutex(start) }

    var now: Timestamp { time.withLock { $0 } }

    func advance(_ duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}
