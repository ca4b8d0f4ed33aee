import BundledFiles
import Canonical
import EligibilityPolicy
import Foundation

/// What deciding costs: decisions a second of the default policy on one core, and loading it.
struct PolicyBenchmark {
    let report: Report
    let seconds: Int

    func run() async throws {
        report.section("Policy: the whole default policy on one core, by the time that the core spent")
        let text = try BundledFiles.text("device-sharing.yaml", in: .policies)
        let start = Self.processorTime
        let loads = 10
        for _ in 1..<loads { _ = try Policy.load(text, file: "device-sharing.yaml") }
        let policy = try Policy.load(text, file: "device-sharing.yaml")
        let loading = Self.processorTime - start
        let rate = try Self.rate(of: policy, on: Self.approved, expecting: .approve, for: .seconds(seconds))
        report.figure("decisions that approve, \(policy.rules.count) rules", rate, unit: "a second", atLeast: 1_000_000)
        report.note(
            "decisions that reject for three reasons: "
                + "\(Int(try Self.rate(of: policy, on: Self.rejected, expecting: .reject, for: .seconds(seconds)))) a second")
        report.note("loading and checking the file: \((loading / .milliseconds(1) / Double(loads) * 10).rounded() / 10) ms")
        let comparison = PolicyComparison(policy: policy, facts: Self.approved + Self.held + Self.rejected, rate: rate)
        for line in try await comparison.run() { report.note(line) }
    }

    struct WrongOutcome: Error {
        let got: Outcome
        let expected: Outcome
    }

    private static func rate(
        of policy: Policy, on facts: [Facts], expecting outcome: Outcome, for duration: Duration
    ) throws -> Double {
        var decided = 0
        let start = processorTime
        repeat {
            try facts.withUnsafeBufferPointer { facts in
                for place in 0..<100 * facts.count {
                    let decision = policy.evaluate(facts[place % facts.count])
                    guard decision.outcome == outcome else { throw WrongOutcome(got: decision.outcome, expected: outcome) }
                }
            }
            decided += 100 * facts.count
        } while processorTime - start < duration
        return Double(decided) / ((processorTime - start) / .seconds(1))
    }

    /// What this thread has used of a core: what else runs on the machine does not count.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    // MARK: Facts

    /// A hundred requests of different users.
    private static let approved = (0..<100).map { number in
        let now = Timestamp(microseconds: 1_777_888_999_000_000)
        return Facts(
            requester: participant("requester\(number)", entity: "E-\(number)", kind: "sls-card", now),
            owner: participant("owner\(number)", entity: "E-\(number)", kind: "dsc-plus", now),
            device: "owner\(number)-D", sharedWith: number % 3,
            identity: IdentityFacts(
                dateOfBirth: .match, citizenship: .match, residence: .match, document: .match, socialSecurityNumber: .missing,
                usPerson: false),
            consent: ConsentFacts(
                method: "device-challenge", givenAt: now.advanced(by: .seconds(-60)), reference: "consent-reference-\(number)"),
            submittedAt: now, decidedAt: now)
    }

    private static let rejected = approved.map { facts in
        var facts = facts
        facts.consent = nil
        facts.sharedWith = 5
        facts.owner.devices[0].activatedAt = facts.decidedAt.advanced(by: .seconds(-3_600))
        return facts
    }

    private static let held = approved.map { facts in
        var facts = facts
        facts.requester.entity += "-other"
        facts.identity = .missing
        return facts
    }

    private static func participant(_ id: String, entity: String, kind: DeviceKindID, _ now: Timestamp) -> ParticipantFacts {
        let years = now.advanced(by: .seconds(-86_400 * 800))
        return ParticipantFacts(
            id: id, entity: entity, entityKind: .individual, registeredAt: years,
            devices: [DeviceFacts(id: id + "-D", kind: kind, activatedAt: years)])
    }
}
