import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("The desk", .fewAtOnce)
struct DeskTests {
    private static let officer = CommandContext(actor: Harness.officer)

    @Test("counts what a span of time came to, by outcome and by reason, and what waits")
    func report() async throws {
        let clock = ManualClock()
        var limits = EngineLimits()
        limits.deadlineInterval = .seconds(86_400)
        try await Harness.run(clock: { clock.now }, limits: limits) { harness in
            let engine = harness.engine
            let start = clock.now
            // Approved and rejected by policy.
            try await harness.user("ann", entity: "e")
            try await harness.user("ben", entity: "e")
            try await harness.user("eve", entity: "e")
            try await harness.device("card", of: "ben")
            try await harness.submit("ann", "ben", "card")
            try await harness.submit(
                "eve", "ben", "card", consent: harness.consent(at: clock.now.advanced(by: .seconds(-86_400))))
            // Held; two approved after 10 and 30 minutes, one rejected after an hour, one withdrawn, two left.
            var held: [ShareRequestID] = []
            for number in 0..<6 {
                held.append(try await harness.pendingRequest("requester-\(number)", "owner-\(number)", "card-\(number)"))
            }
            clock.advance(by: .seconds(600))
            _ = try await engine.perform(.approve(held[0], note: nil), as: Self.officer)
            clock.advance(by: .seconds(1_200))
            _ = try await engine.perform(.approve(held[1], note: nil), as: Self.officer)
            clock.advance(by: .seconds(1_800))
            _ = try await engine.perform(.reject(held[2], reason: "other", note: nil), as: Self.officer)
            _ = try await engine.perform(.withdraw(held[3], note: nil), as: CommandContext(actor: Harness.portal))
            let end = clock.now.advanced(by: .microseconds(1))

            let report = try await engine.deskReport(start..<end)
            #expect(
                report.outcomes
                    == DeskReport.Outcomes(
                        approvedByPolicy: 1, rejectedByPolicy: 1, approvedAfterReview: 2, rejectedAfterReview: 1, withdrawn: 1,
                        expired: 0))
            #expect(report.medianTimeToDecision == .seconds(1_800))
            #expect(
                report.reasons == [
                    DeskReport.ReasonOutcomes(reason: .builtIn(.deviceRecentlyActivated), approved: 2, rejected: 1)
                ])
            #expect(report.oldestWaiting?.request == held[4])
            #expect(!report.isPartial)

            // A sharing that has ended since was approved all the same; what lapses counts when it does.
            _ = try await engine.perform(
                .endSharing(held[0], reason: .stoppedByRequester, note: nil), as: CommandContext(actor: Harness.portal))
            #expect(try await engine.deskReport(start..<end).outcomes == report.outcomes)
            clock.advance(by: .seconds(120 * 3_600))
            #expect(try await engine.expirePending(limit: 10) == 2)
            let later = try await engine.deskReport(end..<clock.now.advanced(by: .microseconds(1)))
            #expect(
                later.outcomes
                    == DeskReport.Outcomes(
                        approvedByPolicy: 0, rejectedByPolicy: 0, approvedAfterReview: 0, rejectedAfterReview: 0, withdrawn: 0,
                        expired: 2))
            #expect(later.medianTimeToDecision == nil && later.reasons.isEmpty && later.oldestWaiting == nil)
            await #expect(throws: SharingError.self) { try await engine.deskReport(.earliest..<(.latest)) }
        }
    }

    @Test(
        "has days as long as they are in the reader's zone",
        arguments: [
            ("Asia/Hong_Kong", "2026-11-26T17:00:00.000000Z", "2026-11-26T16:00:00.000000Z", 24),
            ("Europe/Berlin", "2026-10-25T12:00:00.000000Z", "2026-10-24T22:00:00.000000Z", 25),
            ("Europe/Berlin", "2026-03-29T21:59:59.999999Z", "2026-03-28T23:00:00.000000Z", 23),
            ("UTC", "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z", 24),
        ])
    func days(zone: String, moment: String, start: String, hours: Int) throws {
        let day = Range<Timestamp>.day(of: try #require(Timestamp(moment)), in: try #require(TimeZone(identifier: zone)))
        #expect(day.lowerBound.description == start)
        #expect(day.upperBound.duration(since: day.lowerBound) == .seconds(hours * 3_600))
    }
}
