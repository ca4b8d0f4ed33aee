import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation
import SharingEngine
import SharingLog

/// What compliance came to today, and what waits.
enum DeskPages {
    static let all = [desk]

    static let path = "/console/desk"
    /// Days that can be chosen, today the last of them.
    private static let choices = [1, 7, 30]

    private static let desk = ConsoleRoute.page(path, for: [.compliance, .auditor, .operator], menu: "desk") { call in
        let days = call.query.integer("days").flatMap { choices.contains($0) ? $0 : nil } ?? 1
        let now = try call.engine.now()
        let span = span(of: days, endingAt: now, in: call.reader.zone ?? .gmt)
        let report = try await call.engine.deskReport(span)
        try await call.engine.learnReasons(report.reasons.map(\.reason))
        return try call.page(
            "desk", title: call.say("desk.title"),
            .members([
                "from": call.moment(span.lowerBound), "isPartial": .bool(report.isPartial),
                "choices": .array(
                    choices.map { choice in
                        [
                            "address": .string("\(path)?days=\(choice)"), "label": .string(call.say("desk.days-\(choice)")),
                            "isCurrent": .bool(choice == days),
                        ]
                    }),
                "median": report.medianTimeToDecision.map { .string(call.span($0)) },
                "oldest": report.oldestWaiting.map { oldest(call, $0, at: now) },
                "outcomes": outcomes(call, report.outcomes), "hasReasons": .bool(!report.reasons.isEmpty),
                "reasons": reasons(call, report.reasons), "hasNotes": .bool(!report.notes.isEmpty),
                "notes": notes(call, report.notes),
            ]))
    }

    private static func span(of days: Int, endingAt now: Timestamp, in zone: TimeZone) -> Range<Timestamp> {
        let today = Range<Timestamp>.day(of: now, in: zone)
        let first = Range<Timestamp>.day(of: now.advanced(by: .seconds(-86_400 * (days - 1))), in: zone)
        return first.lowerBound..<today.upperBound
    }

    private static func oldest(_ call: ConsoleCall, _ row: ShareRequestRow, at now: Timestamp) -> JSONValue {
        .members([
            "link": RequestPages.link(call, to: row.request), "short": .string(call.short(row.request)),
            "age": .string(call.span(now.duration(since: row.submittedAt))), "submitted": call.moment(row.submittedAt),
        ])
    }

    private static func outcomes(_ call: ConsoleCall, _ outcomes: DeskReport.Outcomes) -> JSONValue {
        let counts: [(String, Int, Badge)] = [
            ("approved-by-policy", outcomes.approvedByPolicy, .good), ("rejected-by-policy", outcomes.rejectedByPolicy, .bad),
            ("approved-after-review", outcomes.approvedAfterReview, .good),
            ("rejected-after-review", outcomes.rejectedAfterReview, .bad), ("withdrawn", outcomes.withdrawn, .info),
            ("expired", outcomes.expired, .warn),
        ]
        let title = call.say("desk.outcomes")
        return [
            "picture": BarPicture(
                name: "outcomes", title: title,
                bars: counts.map { BarPicture.Bar(label: call.say("desk.\($0.0)"), parts: [($0.1, $0.2)]) }
            ).json,
            "counts": .array(
                counts.map { ["label": .string(call.say("desk.\($0.0)")), "count": .string(String($0.1))] }),
        ]
    }

    private static func notes(_ call: ConsoleCall, _ notes: [DeskReport.NoteCount]) -> JSONValue {
        let rules = call.engine.activePolicy?.rules ?? []
        return .array(
            notes.map { note in
                [
                    "label": .string(
                        rules.first { $0.id == note.rule }?.title[call.reader.language] ?? note.rule.rawValue),
                    "id": .string(note.rule.rawValue), "count": .string(String(note.requests)),
                ]
            })
    }

    private static func reasons(_ call: ConsoleCall, _ reasons: [DeskReport.ReasonOutcomes]) -> JSONValue {
        let rows = reasons.map { (call.title(of: $0.reason), $0) }
        return [
            "picture": BarPicture(
                name: "reasons", title: call.say("desk.reasons"),
                bars: rows.map { title, row in
                    BarPicture.Bar(label: title, parts: [(row.approved, .good), (row.rejected, .bad)])
                }
            ).json,
            "counts": .array(
                rows.map { title, row in
                    [
                        "label": .string(title), "approved": .string(String(row.approved)),
                        "rejected": .string(String(row.rejected)),
                    ]
                }),
        ]
    }
}
