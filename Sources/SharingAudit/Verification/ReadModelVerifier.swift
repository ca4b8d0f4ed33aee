import EventLog
import Foundation
import PostgreSQL

/// Folds every stream and compares what comes out with the read models, row for row, and on the way with what decisions say that
/// they saw.
///
/// Nothing is written to the database, so a read replica will do. The events were spilled by those who read them anyway: in
/// memory there is one partition of the log for each worker.
struct ReadModelVerifier: Sendable {
    let ledger: Ledger
    let spill: LogSpill
    /// False: rows of read models were not spilled, and none is missed.
    let comparesRows: Bool

    struct Report: Sendable {
        var streams = 0
        var findings = AuditFindings()
        /// What is left to be compared when everything has been folded.
        fileprivate var absences: [DeviceAbsence] = []
        fileprivate var histories: [UInt64: DeviceHistory] = [:]
    }

    /// Rows come after the events of their partition.
    private static let run = Int64.max

    /// Spills the rows of all read models as the connection's transaction sees them.
    func spillRows(_ connection: Connection) async throws {
        for table in ReadModelTable.all {
            var buffer = SpillBuffer(spill, run: Self.run)
            for try await batch in connection.copyOut(table.copy(of: ledger)) {
                for row in 0..<batch.count {
                    batch.withFields(ofRow: row) { buffer.add(row: $0, of: table) }
                }
                try await buffer.flush()
            }
            try await buffer.flush(isEnd: true)
        }
    }

    /// Compares, once all events and rows have been spilled.
    func run(progress: @Sendable (_ partitions: Int, _ total: Int) -> Void) async throws -> Report {
        // Folding waits for nobody, so more than one for each core would only take memory.
        let workers = ProcessInfo.processInfo.activeProcessorCount
        return try await withThrowingTaskGroup(of: Report.self) { group in
            var report = Report()
            var (begun, done) = (0, 0)
            while done < spill.partitionCount {
                while begun < spill.partitionCount, begun - done < workers {
                    let partition = begun
                    group.addTask { try await compare(partition) }
                    begun += 1
                }
                guard let part = try await group.next() else { break }
                report.streams += part.streams
                report.findings.add(part.findings)
                report.absences += part.absences
                report.histories.merge(part.histories) { first, _ in first }
                done += 1
                progress(done, spill.partitionCount)
            }
            report.findings.add(DeviceAbsence.findings(report.absences, report.histories, withoutHistory: true))
            return report
        }
    }

    private func compare(_ partition: Int) async throws -> Report {
        var fold = PartitionFold(records: spill.partitionSize)
        try await spill.read(partition) { records in
            try Task.checkCancellation()
            SpillRecord.forEach(in: records) { event, key in
                fold.add(event, key: key)
            } claim: { claim, stream, key in
                fold.check(claim, of: stream, key: key)
            } row: { fields, table, key in
                fold.compare(row: fields, of: table, key: key)
            }
        }
        var findings = fold.findings(withRows: comparesRows)
        findings.add(fold.facts)
        return Report(
            streams: fold.streamCount, findings: findings, absences: fold.absences,
            histories: fold.deviceHistories(all: false))
    }
}
