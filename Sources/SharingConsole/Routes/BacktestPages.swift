import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingAudit
import SharingEngine
import SharingLog

/// What a candidate would have decided on the requests of the past. It is worked out beside the requests; its page comes again by
/// itself until that has ended.
enum BacktestPages {
    static let all = [form, start, cancel]

    private static let path = PolicyPages.path + "/backtest"
    private static let authors: [Role] = [.auditor, .operator]
    /// Seconds until the page of one that runs is asked for again.
    private static let refresh = 2

    static let form = ConsoleRoute.page(path, for: authors) { call in try await page(call) }

    private static let start = ConsoleRoute.form(path, for: authors) { call in
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
        do throws(BacktestRuns.Refusal) {
            let run = BacktestRuns.Run(candidate: candidate, text: call.form.text("candidate") ?? "", since: since)
            try call.console.backtests.start(run, for: call.officer, on: call.engine)
        } catch {
            switch error {
            case .exhausted: throw ProblemDetails(.overloaded)
            case .underWay: return try call.back(to: path, Notice(kind: .problem, text: call.say("backtest.under-way")))
            }
        }
        return call.redirect(to: path)
    }

    private static let cancel = ConsoleRoute.form(path + "/cancellation", for: authors) { call in
        call.console.backtests.cancel(for: call.officer)
        return call.redirect(to: path)
    }

    /// The text in the form, or one of the policies that were in force.
    private static func chosen(_ call: ConsoleCall) async throws -> Policy? {
        if let text = call.form.text("candidate") {
            return try Policy.load(text.replacing("\r\n", with: "\n") + "\n", file: "candidate")
        }
        guard let digest = call.form.text("digest").flatMap({ Digest(hex: $0) }) else { return nil }
        return try await call.engine.policy(digest)
    }

    private static func page(_ call: ConsoleCall, problems: [Problem] = []) async throws -> ConsoleAnswer {
        let run = call.console.backtests.run(of: call.officer)
        let share: Double? = if case .running(let share)? = run?.state { share } else { nil }
        let chosen =
            call.form.text("digest").flatMap { Digest(hex: $0) } ?? (run?.text.isEmpty == true ? run?.candidate.digest : nil)
        var seen: Set<Digest> = []
        let history = try await call.engine.policyHistory().reversed().filter { entry in
            entry.policy != nil && seen.insert(entry.activation.digest).inserted
        }
        return try call.page(
            "backtest", title: call.say("backtest.title"), refreshAfter: share == nil ? nil : refresh,
            .members([
                "candidate": .string(call.form.text("candidate") ?? run?.text ?? ""),
                "since": (call.form.text("since") ?? run?.since?.description).map { .string($0) },
                "policies": .array(
                    history.prefix(50).map { entry in
                        [
                            "digest": .string(entry.activation.digest.description),
                            "name": .string("\(entry.activation.name) \(entry.activation.version)"),
                            "when": .string(call.day(entry.recordedAt)),
                            "isChosen": .bool(entry.activation.digest == chosen),
                        ]
                    }),
                "hasProblems": .bool(!problems.isEmpty), "problems": JSONValue(problems.map(\.description)),
                "isRunning": .bool(share != nil),
                "progress": share.map { .string(call.say("backtest.progress", ["percent": String(Int($0 * 100))])) },
                "stopped": run.flatMap { stopped(call, $0.state) }.map { .string($0) },
                "result": run.map { result(call, $0) } ?? false,
            ]))
    }

    /// Why a run has no result, where it has ended without one.
    private static func stopped(_ call: ConsoleCall, _ state: BacktestRuns.State) -> String? {
        switch state {
        case .running, .ended: nil
        case .cancelled: call.say("backtest.cancelled")
        case .failed(let problem): call.words.text(of: problem.code, problem.parameters).detail
        }
    }

    private static func result(_ call: ConsoleCall, _ run: BacktestRuns.Run) -> JSONValue {
        switch run.state {
        case .ended(let report, let changes): result(call, run.candidate, report, changes)
        case .running, .cancelled, .failed: false
        }
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
