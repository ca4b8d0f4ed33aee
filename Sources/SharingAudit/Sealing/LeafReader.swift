import Canonical
import EventLog
import PostgreSQL
import SharingLog

/// Reads the leaves of the tree for the sealer: each is computed from its row. What was flipped or changed since the event was
/// appended is never signed, however the hash beside it looks.
struct LeafReader: Sendable {
    let ledger: Ledger

    /// The leaf hashes of the positions from `first` to `last`. Throws `gap-in-log` where one is missing, and `tree-damaged` where
    /// a row does not give the hash beside it.
    func hashes(from first: Int64, through last: Int64, on connection: Connection) async throws -> [Digest] {
        let encoding = LeafEncoding(ledger: ledger)
        var hashes: [Digest] = []
        hashes.reserveCapacity(Int(last - first + 1))
        var buffer: [UInt8] = []
        for try await batch in EventReader.copy(ledger, from: first, through: last, on: connection) {
            try batch.forEach { event in
                let position = first + Int64(hashes.count)
                guard event.position.rawValue == position else {
                    throw EventLogError(.gapInLog, "the event is missing", position: Position(rawValue: position))
                }
                // Only what was sealed before can have left for an archive.
                let hash = event.isDetached ? Digest(bytes: event.leafHash) : encoding.hash(event, buffer: &buffer)
                guard let hash, hash == Digest(bytes: event.leafHash) else {
                    throw EngineError(
                        .treeDamaged,
                        "the event at position \(position) does not give the leaf hash beside it, so nothing is signed; see `devshare audit verify`"
                    )
                }
                hashes.append(hash)
            }
        }
        guard Int64(hashes.count) == last - first + 1 else {
            throw EventLogError(
                .gapInLog, "the event is missing", position: Position(rawValue: first + Int64(hashes.count)))
        }
        return hashes
    }
}
