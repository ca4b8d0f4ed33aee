import Canonical
import DeviceSharing
import EligibilityPolicy
import PolicyProof

/// What a policy decides on ordinary requests, for people who do not read rules. The template is `policy-table.mustache`.
struct PolicyTableView {
    let call: ConsoleCall
    let policy: Policy

    var json: JSONValue {
        let table = PolicyTable(policy)
        let titles = Dictionary(policy.rules.map { ($0.id, $0.title[call.reader.language]) }) { first, _ in first }
        return [
            "kinds": .array(
                table.kinds.map { kind in .string(policy.catalog[kind]?.title[call.reader.language] ?? kind.rawValue) }),
            "rows": .array(
                table.rows.map { row in
                    [
                        "entities": .string(entities(row.participants)), "identity": .string(identity(row.participants)),
                        "cells": .array(
                            row.cells.map { cell in
                                [
                                    "outcome": .string(call.name(cell.outcome)), "class": Badge(cell.outcome).json,
                                    "rules": JSONValue(cell.rules.map { titles[$0] ?? $0.rawValue }),
                                ]
                            }),
                    ]
                }),
        ]
    }

    private func entities(_ participants: PolicyTable.Participants) -> String {
        guard participants.identity != nil else {
            return call.say("policy-table.one-entity", ["kind": call.name(participants.owner)])
        }
        return call.say(
            "policy-table.asks",
            ["requester": call.name(participants.requester), "owner": call.name(participants.owner)])
    }

    private func identity(_ participants: PolicyTable.Participants) -> String {
        participants.identity.map { call.say("policy-table.\($0.rawValue)") } ?? "–"
    }
}
