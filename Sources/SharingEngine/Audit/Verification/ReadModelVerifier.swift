import DeviceSharing
import EventLog
import PostgreSQL
import Synchronization

/// Folds every stream and compares what comes out with the read models, row for row, as two sorted lists are compared: in
/// memory there is one stream and one row at a time. Streams of each family are folded at the same time as those of the others.
///
/// Nothing is written, so a read replica will do. Events and rows are of one snapshot, so commands may go on meanwhile.
struct ReadModelVerifier: Sendable {
    let ledger: Ledger
    let configuration: ConnectionConfiguration

    struct Report: Sendable {
        var streams = 0
        var findings = AuditFindings()
    }

    /// Names of streams from `first` on, and the table that they make.
    private struct Family: Sendable {
        let first: StaticString
        let end: StaticString?
        let table: ReadModelTable?
    }

    /// Together they cover every name that a stream can have.
    private static let families = [
        Family(first: "", end: "policy/", table: .device), Family(first: "policy/", end: "share-request/", table: nil),
        Family(first: "share-request/", end: "user/", table: .shareRequest),
        Family(first: "user/", end: nil, table: .participant),
    ]

    func run(progress: @Sendable @escaping (Int64) -> Void) async throws -> Report {
        let done = Mutex<Int64>(0)
        let count: @Sendable (Int) -> Void = { events in
            progress(
                done.withLock { done in
                    done += Int64(events)
                    return done
                })
        }
        return try await withThrowingTaskGroup(of: Report.self) { group in
            for family in Self.families { group.addTask { try await verify(family, count) } }
            return try await group.reduce(into: Report()) { report, part in
                report.streams += part.streams
                report.findings.add(part.findings)
            }
        }
    }

    private func verify(_ family: Family, _ count: @Sendable (Int) -> Void) async throws -> Report {
        let log = try await Connection.connect(configuration)
        do {
            let table = try await Connection.connect(configuration)
            do {
                let report = try await verify(family, log, table, count)
                await table.close()
                await log.close()
                return report
            } catch {
                await table.close()
                throw error
            }
        } catch {
            await log.close()
            throw error
        }
    }

    private func verify(
        _ family: Family, _ log: Connection, _ table: Connection, _ count: @Sendable (Int) -> Void
    ) async throws -> Report {
        try await log.transaction(isolation: .repeatableRead, readOnly: true) { log in
            let snapshot: String = try await log.query("SELECT pg_export_snapshot()").rows[0].decode(0)
            return try await table.transaction(isolation: .repeatableRead, readOnly: true) { table in
                // The identifier is the server's own, and SET takes no parameters.
                try await table.execute(script: "SET TRANSACTION SNAPSHOT '\(snapshot)'")
                return try await compare(family, log, table, count)
            }
        }
    }

    private func compare(
        _ family: Family, _ log: Connection, _ table: Connection, _ count: (Int) -> Void
    ) async throws -> Report {
        var folder = StreamFolder()
        var report = Report()
        var cursor = family.table.map { TableCursor($0, ledger: ledger, on: table) }
        let events = EventReader.byStream(ledger, from: family.first, to: family.end, on: log)
        for try await batch in events {
            try batch.forEach { folder.add($0) }
            count(batch.count)
            for row in folder.takeRows() { try await cursor?.compare(with: row, &report.findings) }
        }
        folder.finish()
        for row in folder.takeRows() { try await cursor?.compare(with: row, &report.findings) }
        try await cursor?.end(&report.findings)
        report.streams = folder.streams
        report.findings.add(folder.findings)
        return report
    }
}
