import EligibilityPolicy
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The table of what a policy decides") struct PolicyTableTests {
    private func cell(_ table: PolicyTable, _ participants: String, _ kind: DeviceKindID) -> PolicyTable.Cell? {
        let row = table.rows.first { row in
            let given = row.participants
            return "\(given.requester.rawValue) \(given.owner.rawValue) \(given.identity?.rawValue ?? "same")" == participants
        }
        return table.kinds.firstIndex(of: kind).flatMap { row?.cells[$0] }
    }

    @Test("Given the bundled policy, it shows the broker's published rules")
    func bundled() throws {
        let table = PolicyTable(try Fixtures.bundled())
        #expect(table.rows.count == 2 + 2 * 2 * 3)
        #expect(table.kinds.first == "dsc-plus", "the highest level comes first")
        #expect(cell(table, "individual individual same", "dsc-plus")?.outcome == .approve)
        #expect(cell(table, "individual individual identical", "dsc-plus")?.outcome == .approve)
        #expect(cell(table, "individual individual incomplete", "dsc-plus")?.rules == ["identity-complete"])
        let differing = try #require(cell(table, "individual individual differing", "dsc-plus"))
        #expect(differing.outcome == .reject && differing.rules == ["identity-not-contradicting"])
        #expect(cell(table, "individual individual same", "ib-key")?.rules == ["device-shareable"])
    }

    @Test("Given a requester with a stronger device of its own, a weaker one is rejected for its level")
    func own() throws {
        let table = PolicyTable(try Fixtures.bundled(), own: "dsc-plus")
        #expect(cell(table, "individual individual same", "dsc-plus")?.outcome == .approve)
        let weaker = try #require(cell(table, "individual individual same", "sls-card"))
        #expect(weaker.outcome == .reject && weaker.rules.contains("highest-level-shared"))
    }

    @Test("Each cell is what the policy decides on that request")
    func cells() throws {
        let policy = try Fixtures.bundled()
        for own in [nil] + PolicyTable.kinds(of: policy).map(Optional.some) {
            let table = PolicyTable(policy, own: own)
            for row in table.rows {
                for (kind, cell) in zip(table.kinds, row.cells) {
                    let decision = policy.evaluate(PolicyTable.facts(row.participants, kind, own: own))
                    #expect(cell.outcome == decision.outcome && cell.rules == decision.reasons.map(\.rule))
                    #expect(cell.rules.isEmpty == (cell.outcome == .approve))
                }
            }
        }
    }
}
