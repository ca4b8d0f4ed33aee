import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// What a candidate would have decided on the requests of the past. Nothing is written, so the form's answer is a page.
enum BacktestPages {
    static let all = [form, run]

    private static let path = PolicyPages.path + "/backtest"
    private static let authors: [Role] = [.auditor, .operator]
    /// What one run looks at, at most.
    private static let bounds = Backtest.Bounds(requests: 500_000, time: .seconds(10))
    /// Changed requests on the page, at most.
    private static let mostChanges = 100

    static let form = ConsoleRoute.page(path, for: authors) { call in try await page(call) }

    private static let run = ConsoleRoute.form(path, for: authors) { call in
        var since: Timestamp?
        if let text = call.form.text("since") {
            guard case .moment(let moment)? = HistoryPoint(text) else { throw ProblemDetails(.historyPointInvalid) }
            since = moment
        }
        let candidate: Policy
        do {
            guard let found = try await chosen(call) else { throw ProblemDetails(.requestInvalid) }
            candidate = found
        } catch let error as PolicyError {
            var answer = try await page(call, problems: error.problems)
            answer.status = .unprocessableContent
            return answer
        }
        // Each run has every core to itself.
        let turn = try call.console.backtests.take(for: call.officer)
        defer { turn.giveBack() }
        var changed: [Backtest.Change] = []
        let report = try await Backtest(call.engine, candidate: candidate, since: since, bounds: bounds).run(onChange: { change in
            if change.comparison.before != change.comparison.after, changed.count < mostChanges { changed.append(change) }
        })
        return try await page(call, result: result(call, candidate, report, changed))
    }

    /// The text in the form, or one of the policies that were in force.
    private static func chosen(_ call: ConsoleCall) async throws -> Policy? {
        if let text = call.form.text("candidate") {
            return try Policy.load(text.replacing("\r\n", with: "\n") + "\n", file: "candidate")
        }
        guard let digest = call.form.text("digest").flatMap({ Digest(hex: $0) }) else { return nil }
        return try await call.engine.policy(digest)
    }

    private static func page(
        _ call: ConsoleCall, problems: [Problem] = [], result: JSONValue? = nil
    ) async throws -> ConsoleAnswer {
        let chosen = call.form.text("digest")
        var seen: Set<Digest> = []
        let history = try await call.engine.policyHistory().reversed().filter { entry in
            entry.policy != nil && seen.insert(entry.activation.digest).inserted
        }
        return try call.page(
            "backtest", title: call.say("backtest.title"),
            .members([
                "candidate": .string(call.form.text("candidate") ?? ""), "since": call.form.text("since").map { .string($0) },
                "policies": .array(
                    history.prefix(50).map { entry in
                        [
                            "digest": .string(entry.activation.digest.description),
                            "name": .string("\(entry.activation.name) \(entry.activation.version)"),
                            "when": .string(call.day(entry.recordedAt)),
                            "isChosen": .bool(entry.activation.digest.description == chosen),
                        ]
                    }),
                "hasProblems": .bool(!problems.isEmpty), "problems": JSONValue(problems.map(\.description)),
                "result": result ?? false,
            ]))
    }

    private static func result(
        _ call: ConsoleCall, _ candidate: Policy, _ report: Backtest.Report, _ changed: [Backtest.Change]
    ) -> JSONValue {
        let tally = report.tally
        return .members([
            "name": .string("\(candidate.name) \(candidate.version)"),
            "summary": .string(
                call.say(
                    "backtest.summary",
                    ["requests": String(tally.requests), "changed": String(tally.changed), "others": String(tally.otherReasons)])),
            "isPartial": .bool(!report.isComplete),
            "inArchive": report.inArchive == 0
                ? .bool(false) : .string(call.say("backtest.in-archive", ["count": String(report.inArchive)])),
            "columns": JSONValue(Outcome.allCases.map(call.name)),
            "matrix": .array(
                Outcome.allCases.map { before in
                    [
                        "before": .string(call.name(before)),
                        "cells": .array(
                            Outcome.allCases.map { after in
                                [
                                    "count": .string(String(tally[before, after])),
                                    "isChange": .bool(before != after && tally[before, after] > 0),
                                ]
                            }),
                    ]
                }),
            "hasRules": .bool(!tally.changesByRule.isEmpty),
            "byRule": .array(
                tally.changesByRule.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map { rule, count in
                    ["rule": .string(rule.rawValue), "count": .string(String(count))]
                }),
            "hasChanges": .bool(!changed.isEmpty), "isCut": .bool(tally.changed > changed.count),
            "changes": .array(
                changed.map { change in
                    .members([
                        "link": RequestPages.link(call, to: change.request), "short": .string(call.short(change.request)),
                        "when": call.moment(change.recordedAt), "before": .string(call.name(change.comparison.before)),
                        "beforeClass": Badge(change.comparison.before).json,
                        "after": .string(call.name(change.comparison.after)),
                        "afterClass": Badge(change.comparison.after).json,
                        "rules": JSONValue(change.comparison.changing.map(\.rawValue)),
                    ])
                }),
        ])
    }
}
