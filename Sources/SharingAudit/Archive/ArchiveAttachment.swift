import Canonical
import EventLog
import PostgreSQL

/// Takes an evidence file line by line, and puts the data of its events back where the log lacks them. The database takes
/// nothing but what gives the leaf hash that stands there.
public struct ArchiveAttachment {
    private let ledger: Ledger
    /// Nil: only the digest is wanted.
    private let connection: Connection?
    private var digest = DigestStream()
    private var waiting: (positions: [Int64], data: [CanonicalText]) = ([], [])
    private var lines = 0
    /// Events that got their data.
    private(set) var attached: Int64 = 0

    init(ledger: Ledger, connection: Connection?) { (self.ledger, self.connection) = (ledger, connection) }

    private static let page = 1_000

    /// Takes the next line, without its newline. Throws `EvidenceError`, which names the line, and `PostgreSQLError` where the
    /// data are not those that left.
    public mutating func add(_ line: [UInt8]) async throws {
        digest.add(line: line)
        lines += 1
        do throws(EvidenceError) {
            guard case .event(let event) = try EvidenceLine(line) else { return }
            guard connection != nil else { return }
            waiting.positions.append(event.position.rawValue)
            waiting.data.append(event.data)
        } catch {
            var error = error
            error.line = lines
            throw error
        }
        if waiting.positions.count == Self.page { try await flush() }
    }

    /// The digest of the whole file.
    mutating func end() async throws -> Digest {
        try await flush()
        return digest.digest
    }

    private mutating func flush() async throws {
        guard let connection else { return }
        let row = try await connection.query(
            "SELECT devshare.archive_attach($1, $2, $3)", ledger.key, waiting.positions, waiting.data
        ).rows.first
        attached += try row?.decode(0, as: Int64.self) ?? 0
        waiting = ([], [])
    }
}
