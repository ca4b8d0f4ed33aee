import Canonical
import SharingAudit
import SharingEngine
import Transparency

/// What is said of an evidence file that was verified.
struct EvidenceVerdict {
    let file: String
    let report: EvidenceVerifier.Report
    let checkpoint: Checkpoint

    /// Gaps that are printed, of which there may be many in a run of positions.
    private static let shownGaps = 20

    var lines: [String] {
        var lines = [
            "\(file) is genuine: \(Int(report.events).of("event")) of ledger \(report.ledger), \(report.decisions.of("decision")) made again",
            "signed by \(checkpoint.origin) at \(checkpoint.size) events, root \(checkpoint.root)",
        ]
        if report.factsCompared + report.factsPassedOver > 0 {
            lines.append(
                "\(report.factsCompared.of("statement")) of decisions compared with the events before them, \(report.factsPassedOver) not: the file lacks those events"
            )
        }
        for doubt in report.doubts.prefix(Self.shownGaps) { lines.append("something is missing, or wrong: \(doubt)") }
        if report.gapCount == 0 {
            lines.append("\(report.streams.of("stream")), each whole from its first event to its last in the file")
        } else {
            for gap in report.gaps.prefix(Self.shownGaps) { lines.append("not whole: \(gap)") }
            if report.gapCount > Self.shownGaps { lines.append("… and \(report.gapCount - Self.shownGaps) more") }
        }
        if report.completeStreams > 0 {
            lines.append("of \(report.completeStreams.of("stream")) it has every event up to \(checkpoint.size)")
        }
        for statement in report.statements {
            lines.append(
                statement.isComplete
                    ? "\(statement.stream): versions 1 to \(statement.versions) of \(statement.versions), the last at position \(statement.last), \(statement.lastType)\(statement.endState.map { ", end state \($0)" } ?? ""); no later event up to \(checkpoint.size)"
                    : "\(statement.stream): that every event of it up to \(checkpoint.size) is in the file is not proven")
        }
        if let position = report.runsBack {
            lines.append(
                "warning: times run back by more than a minute at \(report.runsBackCount.of("event")), first at position \(position)"
            )
        }
        if let position = report.unreadable {
            lines.append(
                "warning: \(report.unreadableCount.of("event")) cannot be read by this program, the first at position \(position)"
            )
        }
        return lines
    }

    var json: JSONValue {
        .members([
            "file": .string(file), "ledger": .string(report.ledger), "origin": .string(checkpoint.origin),
            "size": JSONValue(checkpoint.size), "root": .string(checkpoint.root.description),
            "events": .integer(report.events), "decisions": JSONValue(report.decisions), "streams": JSONValue(report.streams),
            "completeStreams": JSONValue(report.completeStreams), "gapCount": JSONValue(report.gapCount),
            "gaps": .array(report.gaps.map(\.json)), "statements": .array(report.statements.map(\.json)),
            "factsCompared": JSONValue(report.factsCompared), "factsPassedOver": JSONValue(report.factsPassedOver),
            "doubtCount": JSONValue(report.doubtCount), "doubts": .array(report.doubts.map(\.json)),
            "runsBackCount": JSONValue(report.runsBackCount), "runsBack": report.runsBack.map { .integer($0.rawValue) },
            "unreadableCount": JSONValue(report.unreadableCount), "unreadable": report.unreadable.map { .integer($0.rawValue) },
        ])
    }
}

extension EvidenceGap {
    fileprivate var json: JSONValue {
        [
            "stream": .string(stream), "position": .integer(position.rawValue), "last": JSONValue(last), "next": JSONValue(next),
        ]
    }
}

extension EvidenceStatement {
    fileprivate var json: JSONValue {
        .members([
            "stream": .string(stream), "versions": JSONValue(versions), "lastPosition": .integer(last.rawValue),
            "lastType": .string(lastType), "isWhole": .bool(isWhole), "isComplete": .bool(isComplete),
            "endState": endState.map { .string($0) },
        ])
    }
}
