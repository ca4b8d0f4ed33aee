import DeviceSharing
import SharingLog
import Synchronization

/// States of streams as they were at a version that the log had. What is remembered may be out of date; every append names
/// the versions that its decision saw, so a decision on an old state conflicts and is made again.
///
/// Two generations instead of a list by age: when the young one is full it becomes the old one, and what is used again moves
/// back. Everything is O(1), and at most twice half the limit is held.
///
/// Share requests are not remembered: most are never looked at again, and with their decisions they are what is large.
final class StreamCache: Sendable {
    private struct Generations {
        var young: [StreamID: StreamSnapshot] = [:]
        var old: [StreamID: StreamSnapshot] = [:]
    }

    private let generations = Mutex(Generations())
    private let generationLimit: Int

    init(limit: Int) { generationLimit = max(limit / 2, 1) }

    /// What is remembered of these streams.
    func snapshots(of streams: some Sequence<StreamID>) -> [StreamID: StreamSnapshot] {
        generations.withLock { generations in
            var found: [StreamID: StreamSnapshot] = [:]
            for stream in streams {
                if let snapshot = generations.young[stream] {
                    found[stream] = snapshot
                } else if let snapshot = generations.old.removeValue(forKey: stream) {
                    insert(snapshot, for: stream, into: &generations)
                    found[stream] = snapshot
                }
            }
            return found
        }
    }

    /// Remembers snapshots, unless newer ones are known.
    func remember(_ snapshots: [StreamID: StreamSnapshot]) {
        generations.withLock { generations in
            for (stream, snapshot) in snapshots {
                if case .shareRequest = stream { continue }
                let known = generations.young[stream] ?? generations.old[stream]
                if let known, known.version > snapshot.version { continue }
                generations.old.removeValue(forKey: stream)
                insert(snapshot, for: stream, into: &generations)
            }
        }
    }

    func forget(_ streams: some Sequence<StreamID>) {
        generations.withLock { generations in
            for stream in streams {
                generations.young.removeValue(forKey: stream)
                generations.old.removeValue(forKey: stream)
            }
        }
    }

    func removeAll() { generations.withLock { $0 = Generations() } }

    private func insert(_ snapshot: StreamSnapshot, for stream: StreamID, into generations: inout Generations) {
        if generations.young.count >= generationLimit {
            generations.old = generations.young
            generations.young = [:]
        }
        generations.young[stream] = snapshot
    }
}
