import Canonical
import EligibilityPolicy
import HTTPEdge
import PolicyProof
import SharingAudit

/// The tables of one policy, or of two side by side, as people and programs read them.
struct PolicyTableView {
    private let policies: [Policy]
    private let tables: [PolicyTable]
    private let words: Words
    /// The rules that decide in some cell, in the order of the policies, each with its letter.
    private let rules: [(rule: Rule, letter: String)]

    /// - Parameters:
    ///   - policies: one or two.
    ///   - own: the kind of the requester's own device; nil for none.
    init(policies: [Policy], own: DeviceKindID?, kinds: [DeviceKindID], words: Words) {
        self.policies = policies
        self.words = words
        tables = policies.map { PolicyTable($0, own: own, kinds: kinds) }
        let used = Set(tables.flatMap(\.rows).flatMap(\.cells).flatMap(\.rules))
        var named: [Rule] = []
        for rule in policies.flatMap(\.rules) where used.contains(rule.id) && !named.contains(where: { $0.id == rule.id }) {
            named.append(rule)
        }
        rules = named.enumerated().map { ($1, Self.letter($0)) }
    }

    /// a, b … z, aa, ab …
    private static func letter(_ place: Int) -> String {
        let last = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(place % 26)))
        return place < 26 ? last : letter(place / 26 - 1) + last
    }

    private var kinds: [DeviceKindID] { tables[0].kinds }

    /// Each row's participants, and for each kind the cells of all policies.
    private var rows: [(participants: PolicyTable.Participants, cells: [[PolicyTable.Cell]])] {
        tables[0].rows.indices.map { row in
            (
                tables[0].rows[row].participants,
                kinds.indices.map { kind in tables.map { $0.rows[row].cells[kind] } }
            )
        }
    }

    // MARK: Words

    private func entities(_ participants: PolicyTable.Participants) -> String {
        guard participants.identity != nil else { return "one \(participants.owner.rawValue)" }
        return "\(participants.requester.rawValue) asks \(participants.owner.rawValue)"
    }

    private func summary(_ cell: PolicyTable.Cell) -> String {
        let letters = cell.rules.compactMap { rule in rules.first { $0.rule.id == rule }?.letter }
        let outcome = cell.approvals > 1 ? "\(cell.outcome.rawValue) by \(cell.approvals)" : cell.outcome.rawValue
        return ([outcome] + (letters.isEmpty ? [] : [letters.joined(separator: ",")])).joined(separator: " ")
    }

    private func summary(_ cells: [PolicyTable.Cell]) -> String {
        let texts = cells.map(summary)
        guard let first = texts.first, texts.contains(where: { $0 != first }) else { return texts.first ?? "" }
        return texts.joined(separator: " → ")
    }

    private var title: String { policies.map { "\($0.name) \($0.version)" }.joined(separator: " → ") }

    private var ordinary: String {
        let own = tables[0].own.map { "a device of the kind \($0.rawValue)" } ?? "no device of its own"
        return "Ordinary requests of a user with \(own), by the kind of the device that is asked for."
    }

    // MARK: Forms

    var lines: [String] {
        var table = Table(["ENTITIES", "IDENTITY"] + kinds.map(\.rawValue))
        for row in rows {
            table.add(
                [entities(row.participants), row.participants.identity?.rawValue ?? "–"] + row.cells.map(summary))
        }
        var legend = Table("", "RULE", "IN WORDS")
        for (rule, letter) in rules { legend.add(letter, rule.id.rawValue, words.title(rule)) }
        return [Terminal.styled(title, .bold), ordinary, ""] + table.lines(otherwise: "no kinds of devices") + [""]
            + legend.lines(otherwise: "no rule stands against any of them")
    }

    var csv: String {
        let sides = policies.count == 1 ? [""] : ["old_", "new_"]
        let header =
            ["requester", "owner", "identity", "device"] + sides.flatMap { ["\($0)outcome", "\($0)approvals", "\($0)rules"] }
        return CSVLine.text(header)
            + rows.flatMap { row in
                kinds.indices.map { kind in
                    let participants = row.participants
                    return CSVLine.text(
                        [
                            participants.requester.rawValue, participants.owner.rawValue,
                            participants.identity?.rawValue ?? "same-entity", kinds[kind].rawValue,
                        ]
                            + row.cells[kind].flatMap { cell in
                                [
                                    cell.outcome.rawValue, String(cell.approvals),
                                    cell.rules.map(\.rawValue).joined(separator: " "),
                                ]
                            })
                }
            }.joined()
    }

    var json: JSONValue {
        .members([
            "policies": .array(
                policies.map {
                    ["name": .string($0.name), "version": .string($0.version), "digest": .string($0.digest.description)]
                }),
            "own": tables[0].own.map { .string($0.rawValue) } ?? .null,
            "rows": .array(
                rows.flatMap { row in
                    kinds.indices.map { kind in
                        [
                            "requester": .string(row.participants.requester.rawValue),
                            "owner": .string(row.participants.owner.rawValue),
                            "identity": .string(row.participants.identity?.rawValue ?? "same-entity"),
                            "device": .string(kinds[kind].rawValue),
                            "decisions": .array(
                                row.cells[kind].map { cell in
                                    [
                                        "outcome": .string(cell.outcome.rawValue), "approvals": JSONValue(cell.approvals),
                                        "rules": JSONValue(cell.rules.map(\.rawValue)),
                                    ]
                                }),
                        ]
                    }
                }),
        ])
    }

    var html: String {
        func cell(_ tag: String, _ text: String) -> String { "<\(tag)>\(text.htmlEscaped)</\(tag == "td" ? "td" : "th")>" }
        var body = "<h1>\(title.htmlEscaped)</h1>\n<table>\n<caption>\(ordinary.htmlEscaped)</caption>\n<thead><tr>"
        for heading in ["Entities", "Identity"] + kinds.map(\.rawValue) { body += cell("th scope=\"col\"", heading) }
        body += "</tr></thead>\n<tbody>\n"
        for row in rows {
            body += "<tr>" + cell("th scope=\"row\"", entities(row.participants))
            body += cell("td", row.participants.identity?.rawValue ?? "–")
            for cells in row.cells { body += cell("td", summary(cells)) }
            body += "</tr>\n"
        }
        body += "</tbody>\n</table>\n<h2>Rules</h2>\n<dl>\n"
        for (rule, letter) in rules {
            body += "<dt>\(letter) <code>\(rule.id.rawValue.htmlEscaped)</code></dt><dd>\(words.title(rule).htmlEscaped)</dd>\n"
        }
        return HTMLPage(title: title, language: words.language.rawValue, body: body + "</dl>").standalone
    }
}
