import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog

/// Answers what the desk asks. The cost is bounded: of each kind of request, no more than `DeskReport.limit` are looked at.
struct DeskQueries: Sendable {
    let ledger: Ledger
    let pool: Pool

    /// Requests that were pending and have been decided in the span.
    private static let worked = """
        SELECT state, reasons, decided_at - submitted_at AS took FROM devshare.share_request
         WHERE ledger = $1 AND decided_at > submitted_at AND decided_at >= $2 AND decided_at < $3
         ORDER BY decided_at LIMIT \(DeskReport.limit + 1)
        """
    private static let approved = "state IN ('approved', 'active', 'ended')"

    /// - Parameter noting: the rules whose notes are counted.
    func report(_ span: Range<Timestamp>, noting: [RuleID]) async throws -> DeskReport {
        let parameters: [any PostgresEncodable] = [ledger.key, span.lowerBound, span.upperBound]
        let (numbers, reasons, oldest, notes) = try await pool.withConnection { connection in
            (
                try await connection.query(Statement(Self.numbers, parameters)).rows,
                try await connection.query(Statement(Self.reasons, parameters)).rows,
                try await connection.query(Statement(Self.oldest, [ledger.key])).rows,
                // Decisions are read for it, so only where there is something to be counted.
                noting.isEmpty ? nil : try await connection.query(Statement(Self.notes, parameters)).rows
            )
        }
        guard let numbers = numbers.first else { throw EngineError(.logUnreadable, "a count gave no row") }
        let kinds = try (6..<9).map { try numbers.decode($0, as: Int.self) }
        return DeskReport(
            outcomes: DeskReport.Outcomes(
                approvedByPolicy: try numbers.decode(0), rejectedByPolicy: try numbers.decode(1),
                approvedAfterReview: try numbers.decode(2), rejectedAfterReview: try numbers.decode(3),
                withdrawn: try numbers.decode(4), expired: try numbers.decode(5)),
            isPartial: kinds.contains { $0 > DeskReport.limit },
            medianTimeToDecision: try numbers.decode(9, as: Int64?.self).map { .microseconds($0) },
            reasons: try reasons.compactMap(Self.reasonOutcomes),
            notes: try Self.noteCounts(notes.map(Array.init) ?? [], of: noting),
            oldestWaiting: try oldest.first.map(ShareRequestRow.init))
    }

    private static let numbers = """
        WITH worked AS MATERIALIZED (\(worked)),
             decided AS MATERIALIZED (
                SELECT state FROM devshare.share_request
                 WHERE ledger = $1 AND submitted_at >= $2 AND submitted_at < $3 AND decided_at = submitted_at
                 LIMIT \(DeskReport.limit + 1)),
             closed AS MATERIALIZED (
                SELECT state FROM devshare.share_request
                 WHERE ledger = $1 AND closed_at IS NOT NULL AND closed_at >= $2 AND closed_at < $3
                 LIMIT \(DeskReport.limit + 1))
        SELECT (SELECT count(*) FROM decided WHERE \(approved)), (SELECT count(*) FROM decided WHERE state = 'rejected'),
               (SELECT count(*) FROM worked WHERE \(approved)), (SELECT count(*) FROM worked WHERE state = 'rejected'),
               (SELECT count(*) FROM closed WHERE state = 'withdrawn'), (SELECT count(*) FROM closed WHERE state = 'expired'),
               (SELECT count(*) FROM decided), (SELECT count(*) FROM worked), (SELECT count(*) FROM closed),
               (SELECT (extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY took)) * 1000000)::bigint FROM worked)
        """

    private static let reasons = """
        SELECT reason, count(*) FILTER (WHERE \(approved)), count(*) FILTER (WHERE state = 'rejected')
          FROM (\(worked)) worked, unnest(worked.reasons) AS reason
         GROUP BY reason ORDER BY count(*) DESC, reason
        """

    /// The second event of a request holds what the policy decided on its submission.
    private static let notes = """
        WITH decided AS MATERIALIZED (
                SELECT request FROM devshare.share_request
                 WHERE ledger = $1 AND submitted_at >= $2 AND submitted_at < $3
                 ORDER BY submitted_at DESC LIMIT \(DeskReport.noteLimit))
        SELECT failed ->> 'rule', count(*)
          FROM decided
          JOIN devshare.event e ON e.ledger = $1 AND e.stream = 'share-request/' || decided.request AND e.version = 2
               -- What holds a zero byte is JSON to us, and not to PostgreSQL.
               AND strpos(e.data, '\\u0000') = 0
         CROSS JOIN jsonb_array_elements(nullif(e.data, '')::jsonb -> 'decision' -> 'failed') AS failed
         WHERE failed ->> 'consequence' = 'note'
         GROUP BY 1
        """

    private static func noteCounts(_ rows: [Row], of rules: [RuleID]) throws -> [DeskReport.NoteCount] {
        var counts: [String: Int] = [:]
        for row in rows { counts[try row.decode(0)] = try row.decode(1) }
        return rules.map { DeskReport.NoteCount(rule: $0, requests: counts[$0.rawValue] ?? 0) }
            .sorted { $0.requests > $1.requests }
    }

    private static let oldest = """
        SELECT \(ShareRequestRow.columns) FROM devshare.share_request
         WHERE ledger = $1 AND state = 'compliance-pending' ORDER BY submitted_at, request LIMIT 1
        """

    /// Nil for an officer's reason, which is none that a request was held for.
    private static func reasonOutcomes(_ row: Row) throws -> DeskReport.ReasonOutcomes? {
        let text: String = try row.decode(0)
        guard let reason = ReasonCode(rawValue: text) else { return nil }
        return DeskReport.ReasonOutcomes(reason: reason, approved: try row.decode(1), rejected: try row.decode(2))
    }
}
