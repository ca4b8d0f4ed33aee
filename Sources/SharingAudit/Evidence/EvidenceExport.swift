import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog
import Transparency

/// Writes an evidence file (docs/EVIDENCE.md): the tree that was signed, in which the events that are disclosed stand
/// themselves, and the rest is given by hashes of subtrees. So the file alone leads to the signed root, however few or many
/// events it discloses, and in memory there is one piece at a time.
public struct EvidenceExport: Sendable {
    public struct Report: Hashable, Sendable {
        /// Events that are disclosed.
        public var events: Int64 = 0
        /// Events in the signed tree.
        public var size: UInt64 = 0
    }

    /// Given a line with its newline.
    public typealias Write = (_ line: [UInt8]) throws -> Void

    private let log: LedgerHandle
    private let selection: EvidenceSelection
    private let keys: [VerifierKey]

    /// - Parameter keys: public keys to name in the file, for information.
    public init(_ log: LedgerHandle, _ selection: EvidenceSelection, keys: [VerifierKey] = []) {
        self.log = log
        self.selection = selection
        self.keys = keys
    }

    /// Leads to the newest checkpoint. Throws `not-sealed` where that does not cover the selection, and `request-not-found`
    /// where a stream has no events.
    public func run(
        progress: (_ position: Int64, _ size: Int64) -> Void = { _, _ in }, write: @escaping Write
    ) async throws -> Report {
        guard let checkpoint = try await log.latestCheckpoint() else { throw EngineError(.notSealed) }
        let size = Int64(checkpoint.size)
        if let last = selection.positions?.upperBound, last > size {
            throw EngineError(
                .notSealed, "the newest checkpoint is of \(size) events: position \(last) is not sealed yet")
        }
        let single = try await positions(upTo: size)
        var writer = EvidenceWriter(log: log, size: size, write: write)
        try writer.begin(
            EvidenceLine.Header(ledger: log.ledger.name, checkpoint: checkpoint.note, keys: keys.map(\.description)))
        let range = selection.positions
        try await disclose(single.filter { $0 < range?.lowerBound ?? .max }, &writer)
        if let range {
            let reader = EventReader(ledger: log.ledger, pool: log.pool)
            let lastBefore = Position(rawValue: range.lowerBound - 1)
            // A page at a time: whoever writes to a slow disk must not hold a long answer of the database open.
            var position = lastBefore
            while position.rawValue < range.upperBound {
                let events = try await reader.events(
                    from: position.advanced(by: 1),
                    through: Position(rawValue: min(position.rawValue + Self.page, range.upperBound)))
                guard let last = events.last else { break }
                for event in events { try await writer.disclose(event) }
                position = last.position
                progress(position.rawValue, size)
            }
            try await disclose(single.filter { $0 > range.upperBound }, &writer)
        }
        try await writer.end()
        return Report(events: writer.events, size: checkpoint.size)
    }

    private static let page: Int64 = 1_000

    private func disclose(_ positions: [Int64], _ writer: inout EvidenceWriter) async throws {
        let reader = EventReader(ledger: log.ledger, pool: log.pool)
        for position in positions {
            let position = Position(rawValue: position)
            for event in try await reader.events(from: position, through: position) { try await writer.disclose(event) }
        }
    }

    /// Positions of the streams' events and of the policies that they and the run may refer to.
    private func positions(upTo size: Int64) async throws -> [Int64] {
        var positions: [Int64] = []
        for stream in selection.streams {
            let found = try await sealedPositions(of: stream, upTo: size)
            guard !found.isEmpty else {
                if case .shareRequest(let id) = stream { throw SharingError.requestNotFound(id) }
                throw EngineError(.notSealed, "\(stream) has no sealed events")
            }
            positions += found
            guard positions.count <= EvidenceSelection.maximumStreamEvents else {
                throw EngineError(
                    .overloaded,
                    "the streams have more than \(EvidenceSelection.maximumStreamEvents) events; export a run of positions"
                )
            }
        }
        let last = max(positions.max() ?? 0, selection.positions?.upperBound ?? 0)
        positions += try await sealedPositions(of: .sharingPolicy, upTo: last)
        return Set(positions).sorted()
    }

    private func sealedPositions(of stream: StreamID, upTo last: Int64) async throws -> [Int64] {
        let statement = Statement(
            "SELECT position FROM devshare.event WHERE ledger = $1 AND stream = $2 AND position <= $3 ORDER BY version LIMIT $4",
            [log.ledger.key, stream.name, last, Int64(EvidenceSelection.maximumStreamEvents + 1)])
        return try await log.pool.withConnection { connection in try await connection.query(statement) }.rows.map {
            try $0.decode(0)
        }
    }
}

/// Writes lines in the order of the tree, with hashes in the gaps.
private struct EvidenceWriter {
    let log: LedgerHandle
    let size: Int64
    let write: EvidenceExport.Write
    private(set) var events: Int64 = 0
    /// Events written so far, disclosed or not.
    private var covered: Int64 = 0

    init(log: LedgerHandle, size: Int64, write: @escaping EvidenceExport.Write) {
        self.log = log
        self.size = size
        self.write = write
    }

    func begin(_ header: EvidenceLine.Header) throws { try write(.header(header)) }

    mutating func disclose(_ event: RecordedEvent) async throws {
        guard !event.isDetached else { throw EventLogError(dataInArchiveAt: event.position) }
        try await skip(to: event.position.rawValue - 1)
        try write(.event(event))
        covered += 1
        events += 1
    }

    mutating func end() async throws {
        try await skip(to: size)
        try write(.end(events: events))
    }

    private mutating func skip(to position: Int64) async throws {
        guard position > covered else { return }
        let nodes = TreeNode.covering(UInt64(covered)..<UInt64(position))
        let tiles = try await log.tiles(for: nodes)
        for node in nodes {
            let hash: Digest
            do throws(TransparencyError) {
                hash = try tiles.hash(of: node)
            } catch {
                throw EngineError(.treeDamaged, "\(error)")
            }
            try write(.subtree(level: node.level, hash: hash))
        }
        covered = position
    }

    private func write(_ line: EvidenceLine) throws { try write(line.bytes + [UInt8(ascii: "\n")]) }
}
