import Canonical
import DeviceSharing
import EventLog
import Logging
import PostgreSQL

/// Rebuilds the read models from the log, in fresh tables beside the live ones. Needs the rights of the schema's owner.
///
/// Commands go on meanwhile: the log is folded without a lock, stream by stream, so that memory does not grow with it. Only the
/// swap locks anything: the live tables, for as long as it takes to fold what was appended in the last moment.
///
/// One at a time: the fresh tables have one place. Throws `database-unavailable` where another is at work.
public struct ReadModelRebuild: Sendable {
    /// How one live read model differs from what the log gives.
    public struct Difference: Hashable, Sendable {
        public let readModel: String
        /// Rows that the live table lacks, or has otherwise.
        public let missing: Int
        /// Rows that the live table has and the log does not give.
        public let unexpected: Int
    }

    /// Told after each page: events folded so far, and how many there are.
    public typealias Progress = @Sendable (_ folded: Int64, _ total: Int64) -> Void

    private let configuration: ConnectionConfiguration
    private let progress: Progress
    /// How the swap waits for those who use the read models.
    var patience = SwapRetryPolicy()

    public init(connectionString: String, progress: @escaping Progress = { _, _ in }) {
        configuration = ConnectionConfiguration(connectionString: connectionString, statementTimeout: nil)
        self.progress = progress
    }

    /// Rebuilds and swaps the fresh tables in. Throws `database-unavailable` too where the live ones are in use without a pause.
    public func run() async throws {
        try await withFreshTables { connection, heads in try await swap(since: heads, on: connection) }
    }

    /// Rebuilds, compares and leaves the live tables as they are. Empty where they are what the log gives.
    public func differences() async throws -> [Difference] {
        try await withFreshTables { connection, heads in
            // One snapshot of the log and of the live tables, so that neither need be locked.
            let rows = try await connection.transaction(isolation: .repeatableRead) { connection in
                _ = try await catchUp(since: heads, on: connection)
                return try await connection.query(
                    "SELECT read_model, missing, unexpected FROM devshare.rebuild_compare()"
                ).rows
            }
            try await connection.execute(script: "DROP SCHEMA devshare_rebuild CASCADE")
            return try rows.map {
                Difference(readModel: try $0.decode(0), missing: try $0.decode(1), unexpected: try $0.decode(2))
            }
            .filter { $0.missing > 0 || $0.unexpected > 0 }
        }
    }

    /// Makes the read models of one ledger as they were at a position, in a schema of their own, to be asked in SQL. The live
    /// tables stay as they are. Throws what the database says where the schema is there already.
    public func write(asOf position: Position, ledger name: String, into schema: SchemaName) async throws {
        try await withLock { connection in
            _ = try await connection.query("SELECT devshare.rebuild_begin()")
            guard let row = try await connection.query("SELECT ledger FROM devshare.ledger WHERE name = $1", name).rows.first
            else {
                throw EventLogError(.ledgerNotFound, "there is no ledger named \"\(name)\"")
            }
            try await fold([Head(ledger: try row.decode(0), position: position.rawValue)], on: connection)
            try await connection.execute(script: "ALTER SCHEMA devshare_rebuild RENAME TO \"\(schema.text)\"")
        }
    }

    /// Calls `body` with fresh tables that hold the log up to some heads.
    private nonisolated(nonsending) func withFreshTables<Value>(
        _ body: nonisolated(nonsending) (Connection, [Head]) async throws -> Value
    ) async throws -> Value {
        try await withLock { connection in
            _ = try await connection.query("SELECT devshare.rebuild_begin()")
            let heads = try await Self.heads(connection)
            try await fold(heads, on: connection)
            return try await body(connection, heads)
        }
    }

    /// Sets the lock of rebuilds apart from other advisory locks ("rebu" in ASCII).
    private static let lock: Int32 = 0x7265_6275

    /// Calls `body` with a connection that alone may make fresh tables, for as long as it lives.
    private nonisolated(nonsending) func withLock<Value>(
        _ body: nonisolated(nonsending) (Connection) async throws -> Value
    ) async throws -> Value {
        try await Connection.withConnection(configuration) { connection in
            // It is of all ledgers, as the tables are.
            guard try await connection.takeSessionLock(Self.lock, 0) else {
                throw EngineError(.databaseUnavailable, "another rebuild is at work on this database; try again when it is done")
            }
            return try await body(connection)
        }
    }

    /// How far a ledger is folded.
    struct Head: Sendable {
        let ledger: Int32
        let position: Int64
    }

    private static func heads(_ connection: Connection) async throws -> [Head] {
        try await connection.query("SELECT ledger, position FROM devshare.ledger ORDER BY ledger").rows.map {
            Head(ledger: try $0.decode(0), position: try $0.decode(1))
        }
    }

    // MARK: Folding

    private static let page: Int64 = 5_000

    private func fold(_ heads: [Head], on connection: Connection) async throws {
        let total = heads.reduce(0) { $0 + $1.position }
        var folded: Int64 = 0
        for head in heads {
            var streams = StreamFold()
            var last = (stream: "", version: Int32(0))
            while true {
                let events = try await connection.query(
                    """
                    SELECT \(EventColumns.list) FROM devshare.event
                     WHERE ledger = $1 AND (stream, version) > ($2, $3) AND position <= $4
                     ORDER BY stream, version LIMIT $5
                    """, head.ledger, last.stream, last.version, head.position, Self.page
                ).rows.map(EventColumns.decode)
                for event in events { try streams.add(event) }
                try await write(streams.takeRows(isEnd: events.isEmpty), of: head.ledger, on: connection)
                guard let newest = events.last else { break }
                last = (newest.stream, newest.version)
                folded += Int64(events.count)
                progress(folded, total)
            }
        }
    }

    /// Folds whole streams again that have moved since, and returns how far that is at least.
    func catchUp(since before: [Head], on connection: Connection) async throws -> [Head] {
        let now = try await Self.heads(connection)
        for head in now {
            let seen = before.first { $0.ledger == head.ledger }?.position ?? 0
            guard head.position > seen else { continue }
            let events = try await connection.query(
                """
                SELECT \(EventColumns.list) FROM devshare.event
                 WHERE ledger = $1
                   AND stream IN (SELECT stream FROM devshare.event WHERE ledger = $1 AND position > $2)
                 ORDER BY stream, version
                """, head.ledger, seen
            ).rows
            var streams = StreamFold()
            for event in events { try streams.add(EventColumns.decode(event)) }
            try await write(streams.takeRows(isEnd: true), of: head.ledger, on: connection)
        }
        return now
    }

    private func write(_ rows: JSONValue?, of ledger: Int32, on connection: Connection) async throws {
        guard let rows else { return }
        _ = try await connection.query(
            "SELECT devshare.rebuild_apply($1, $2)", ledger, PostgresJSONB(rows.canonicalBytes()))
    }
}

/// Folds events that come ordered by stream and version, and gives the rows of the streams that are complete.
private struct StreamFold {
    private var stream: StreamID?
    private var state: StreamState?
    private var users: [JSONValue] = []
    private var devices: [JSONValue] = []
    private var requests: [JSONValue] = []

    mutating func add(_ recorded: RecordedEvent) throws {
        let next = try recorded.streamID()
        if next != stream {
            finish()
            stream = next
            state = .initial(of: next)
        }
        state?.evolve(try recorded.domainEvent(.state), at: recorded.recordedAt)
    }

    private mutating func finish() {
        switch state {
        case .user(let user?, _)?: users.append(.object(ReadModelRows.row(of: user)))
        case .device(let device?)?: devices.append(.object(ReadModelRows.row(of: device)))
        case .shareRequest(let request?)?: requests.append(.object(ReadModelRows.row(of: request)))
        default: break
        }
        state = nil
        stream = nil
    }

    /// The rows of complete streams, at the end of all; nil where there are none.
    mutating func takeRows(isEnd: Bool) -> JSONValue? {
        if isEnd { finish() }
        guard !users.isEmpty || !devices.isEmpty || !requests.isEmpty else { return nil }
        defer { (users, devices, requests) = ([], [], []) }
        return ["users": .array(users), "devices": .array(devices), "requests": .array(requests)]
    }
}
