import DeviceSharing
import EligibilityPolicy
import InMemoryLogging
import Logging
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("A candidate beside the policy in force", .fewAtOnce)
struct ShadowTests {
    /// The default policy with one text in the place of another.
    private static func candidate(_ old: String, _ new: String) throws -> Policy {
        let text = try Installation.defaultPolicy()
        #expect(text.contains(old))
        return try Policy.load(text.replacing(old, with: new), file: "candidate")
    }

    /// A harness whose engine has a candidate, and what it logs.
    private static func run(
        _ candidate: Policy, limits: EngineLimits = EngineLimits(),
        _ body: @Sendable @escaping (Harness, InMemoryLogHandler) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.migrated()
        let log = InMemoryLogHandler()
        var configuration = Harness.configuration(database, limits: limits)
        configuration.logger = Logger(label: "test") { _ in log }
        configuration.candidate = candidate
        try await SharingEngine.withEngine(configuration) { engine in
            let harness = Harness(database: database, engine: engine)
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            for user in ["alice", "bob", "carol"] { try await harness.user(user, entity: "e1") }
            try await harness.device("card", of: "bob")
            try await body(harness, log)
        }
    }

    private static func differences(in log: InMemoryLogHandler) -> [InMemoryLogHandler.Entry] {
        log.entries.filter { $0.message == "the candidate policy decides otherwise" }
    }

    @Test("is counted and logged where it decides otherwise, and has no effect")
    func difference() async throws {
        let candidate = try Self.candidate("duration('168h')", "duration('87600h')")
        try await Self.run(candidate) { harness, log in
            let receipt = try await harness.submit("alice", "bob", "card")
            #expect(receipt.request?.state == .active)
            try await eventually("the candidate has decided") { harness.engine.shadowReport?.tally.requests == 1 }
            let report = try #require(harness.engine.shadowReport)
            #expect(report.candidate == candidate.digest)
            #expect(report.tally[.approve, .review] == 1)
            #expect(report.tally.changesByRule == ["device-seasoned": 1])
            #expect(report.failures == 0 && report.skipped == 0)
            try await eventually("the difference is logged") { Self.differences(in: log).count == 1 }
            let metadata = try #require(Self.differences(in: log).first).metadata
            #expect(metadata["request"] == "\(try #require(receipt.request).id)")
            #expect(metadata["before"] == "approve" && metadata["after"] == "review")
            #expect(metadata["failing"] == ["device-seasoned"] && metadata["passing"] == [])
            for value in metadata.values { #expect(!"\(value)".contains("alice") && !"\(value)".contains("card")) }
            // Nothing but the decision of the policy in force is on record.
            let events = try await harness.engine.log.events(after: receipt.positions.lowerBound.advanced(by: -1))
            #expect(receipt.positions.lowerBound.advanced(by: events.count) == receipt.positions.upperBound)
            #expect(harness.engine.activePolicy?.digest != candidate.digest)
        }
    }

    @Test("that decides alike is counted, and not logged")
    func agreement() async throws {
        try await Self.run(try Self.candidate("en: The owner has consented", "en: The owner agreed")) { harness, log in
            _ = try await harness.submit("alice", "bob", "card")
            try await eventually("the candidate has decided") { harness.engine.shadowReport?.tally.requests == 1 }
            #expect(harness.engine.shadowReport?.tally[.approve, .approve] == 1)
            #expect(harness.engine.shadowReport?.tally.otherReasons == 0)
            #expect(Self.differences(in: log).isEmpty)
        }
    }

    @Test("whose expression fails is counted as failing, and fails nobody")
    func failure() async throws {
        let candidate = try Self.candidate("device.sharedWith < widelyShared", "1 / device.sharedWith < widelyShared")
        try await Self.run(candidate) { harness, _ in
            #expect(try await harness.submit("alice", "bob", "card").request?.state == .active)
            try await eventually("the candidate has decided") { harness.engine.shadowReport?.tally.requests == 1 }
            #expect(harness.engine.shadowReport?.failures == 1)
            #expect(harness.engine.shadowReport?.tally[.approve, .review] == 1)
        }
    }

    @Test("sees submissions alone, and a repeated command once")
    func onlySubmissions() async throws {
        try await Self.run(try Self.candidate("duration('168h')", "duration('87600h')")) { harness, _ in
            let consent = try harness.consent()
            let first = try await harness.submit("alice", "bob", "card", key: "k", consent: consent)
            let again = try await harness.submit("alice", "bob", "card", key: "k", consent: consent)
            #expect(again.request?.id == first.request?.id)
            let sharing = try #require(first.request).id
            _ = try await harness.engine.perform(
                .endSharing(sharing, reason: .stoppedByRequester, note: nil), as: CommandContext(actor: Harness.portal))
            _ = try await harness.submit("carol", "bob", "card")
            try await eventually("the candidate has decided") { harness.engine.shadowReport?.tally.requests ?? 0 >= 2 }
            #expect(harness.engine.shadowReport?.tally.requests == 2)
        }
    }

    @Test("leaves out what it has no room for, and holds nobody up")
    func bounded() async throws {
        var limits = EngineLimits()
        limits.waitingComparisons = 1
        let candidate = try Self.candidate("duration('168h')", "duration('87600h')")
        try await Self.run(candidate, limits: limits) { harness, _ in
            let users = 50
            for number in 0..<users {
                try await harness.user("r\(number)", entity: "e2")
                try await harness.user("o\(number)", entity: "e2")
                try await harness.device("d\(number)", of: "o\(number)")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<users {
                    group.addTask { _ = try await harness.submit("r\(number)", "o\(number)", "d\(number)") }
                }
                try await group.waitForAll()
            }
            try await eventually("every request was compared or left out") {
                guard let report = harness.engine.shadowReport else { return false }
                return report.tally.requests + report.skipped == users
            }
        }
    }

    @Test("is not there unless it is configured")
    func none() async throws {
        try await Harness.run { harness in #expect(harness.engine.shadowReport == nil) }
    }
}
