import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("The history of the policy")
struct PolicyHistoryTests {
    @Test("tells every activation, and in words how it differs from the one before")
    func changes() async throws {
        try await Harness.run { harness in
            let text = try Installation.defaultPolicy()
            let stricter = text.replacing("deviceMinimumAge: duration('168h')", with: "deviceMinimumAge: duration('336h')")
                .asPolicyVersion("2026.2")
            _ = try await harness.engine.activatePolicy(stricter, as: Harness.operatorContext)
            let history = try await harness.engine.policyHistory()
            #expect(history.count == 2)
            #expect(history[0].changes == nil)
            #expect(history[1].changes?.map(\.subject) == ["policy", "constant deviceMinimumAge"])
            #expect(history[1].actor == "operator")
            #expect(history[1].policy?.digest == harness.engine.activePolicy?.digest)
        }
    }

    @Test("holds a back-test that stops at its bounds and says so")
    func bounds() async throws {
        try await Harness.run { harness in
            try await harness.user("owner", entity: "e1")
            for number in 1...3 {
                try await harness.user("asker-\(number)", entity: "e1")
                try await harness.device("card-\(number)", of: "owner")
                try await harness.submit("asker-\(number)", "owner", "card-\(number)")
            }
            let policy = try #require(harness.engine.activePolicy)
            let bounded = try await Backtest(harness.engine.log, candidate: policy, bounds: Backtest.Bounds(requests: 2)).run()
            #expect(bounded.tally.requests == 2 && !bounded.isComplete)
            let whole = try await Backtest(harness.engine.log, candidate: policy).run()
            #expect(whole.tally.requests == 3 && whole.isComplete)
        }
    }

    @Test("and the policy's own cases pass")
    func cases() throws {
        let policy = try Policy.load(Installation.defaultPolicy(), file: "policy")
        let suite = try Installation.defaultPolicyCases()
        #expect(!suite.run(on: policy).contains { !$0.passed })
        #expect(suite.coverage(on: policy).covered > 0)
    }
}
