import Canonical
import EventLog
import Synchronization

/// How far those who follow the log have come. Several of one name count as the one that is furthest behind.
final class FollowerProgress: Sendable {
    private struct Follower {
        let name: String
        var position: Position
    }

    private struct State {
        var followers: [UInt64: Follower] = [:]
        var next: UInt64 = 0
        /// Names that were ever used: a lag that is gone is told as none.
        var names: Set<String> = []
    }

    private let state = Mutex(State())

    func begin(_ name: String, at position: Position) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.names.insert(name)
            state.followers[state.next] = Follower(name: name, position: position)
            return state.next
        }
    }

    func advance(_ follower: UInt64, to position: Position) {
        state.withLock { $0.followers[follower]?.position = position }
    }

    func end(_ follower: UInt64) { state.withLock { $0.followers[follower] = nil } }

    func lags(behind head: Position) -> [(follower: String, lag: Int64)] {
        state.withLock { state in
            state.names.sorted().map { name in
                let slowest = state.followers.values.filter { $0.name == name }.map(\.position.rawValue).min()
                return (name, slowest.map { max(0, head.rawValue - $0) } ?? 0)
            }
        }
    }
}
