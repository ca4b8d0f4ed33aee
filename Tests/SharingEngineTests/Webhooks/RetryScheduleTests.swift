import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingWebhooks

@Suite struct RetryScheduleTests {
    /// The moments of all attempts, from the first, if all fail and each takes no time.
    private func attempts(_ schedule: RetrySchedule, _ random: inout SeededGenerator) -> [Duration] {
        var moments: [Duration] = [.zero]
        while let last = moments.last,
            let delay = schedule.delay(afterAttempt: moments.count, elapsed: last, using: &random)
        {
            moments.append(last + delay)
            if moments.count > 1_000 { break }
        }
        return moments
    }

    @Test func theLastAttemptIsThreeDaysAfterTheFirst() {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let moments = attempts(RetrySchedule(), &random)
            #expect(moments.last == .seconds(3 * 86_400), "\(random)")
            #expect((20...40).contains(moments.count), "\(random)")
        }
    }

    @Test func delaysDoubleUpToALimitAndChanceTakesAtMostItsPart() {
        var random = SeededGenerator()
        let schedule = RetrySchedule()
        for _ in 0..<2_000 {
            let attempt = Int.random(in: 1...60, using: &random)
            let doublings = min(attempt - 1, 30)
            let full = min(schedule.first * (1 << doublings), schedule.longest)
            guard let delay = schedule.delay(afterAttempt: attempt, elapsed: .zero, using: &random) else {
                Issue.record("no delay after attempt \(attempt). \(random)")
                continue
            }
            #expect(delay <= full, "\(random)")
            #expect(delay >= full * (1 - schedule.jitter), "\(random)")
        }
    }

    @Test func whatFailedTogetherDoesNotComeBackTogether() {
        var random = SeededGenerator()
        let delays = (0..<100).compactMap { _ in RetrySchedule().delay(afterAttempt: 10, elapsed: .zero, using: &random)
        }
        #expect(Set(delays).count > 90, "\(random)")
    }

    @Test func aReceiverMayAskForMoreTimeButNotForAllOfIt() {
        var random = SeededGenerator()
        let schedule = RetrySchedule()
        #expect(
            schedule.delay(afterAttempt: 1, elapsed: .zero, atLeast: .seconds(900), using: &random) == .seconds(900))
        #expect(
            schedule.delay(afterAttempt: 1, elapsed: .zero, atLeast: .seconds(9_000_000), using: &random)
                == schedule.longest)
        #expect(schedule.delay(afterAttempt: 3, elapsed: schedule.window, atLeast: .seconds(9), using: &random) == nil)
    }
}
