import TestSupport
import Testing

@testable import HTTPEdge

/// How what is limited in number is shared among those who ask for it.
@Suite struct ConcurrencyLimiterTests {
    private func taken(_ limiter: ConcurrencyLimiter, by caller: String, atMost count: Int = 10_000) -> [ConcurrencyLimiter.Share]
    {
        var shares: [ConcurrencyLimiter.Share] = []
        while shares.count < count, let share = try? limiter.take(for: caller) { shares.append(share) }
        return shares
    }

    @Test(arguments: [0, 1, 2, 3, 7, 256, 1_024])
    func oneCallerAloneHoldsAtMostHalf(_ limit: Int) throws {
        let limiter = ConcurrencyLimiter(limit: limit)
        let shares = taken(limiter, by: "greedy")
        #expect(shares.count == (limit + 1) / 2)
        #expect(limiter.held(by: "greedy") == shares.count)
        for share in shares { share.giveBack() }
        #expect(limiter.free == limit)
        #expect(limiter.held(by: "greedy") == 0)
    }

    @Test func aCallerIsToldWhetherTheShareOrEverythingIsTaken() throws {
        let limiter = ConcurrencyLimiter(limit: 2)
        let first = try limiter.take(for: "a")
        #expect(throws: ConcurrencyLimiter.Refusal.shareUsedUp) { try limiter.take(for: "a") }
        let second = try limiter.take(for: "b")
        #expect(throws: ConcurrencyLimiter.Refusal.exhausted) { try limiter.take(for: "c") }
        first.giveBack()
        first.giveBack()
        #expect(limiter.free == 1)
        withExtendedLifetime(second) {}
    }

    @Test func oneCallerAloneHoldsAtMostHalfHoweverMuchItAsksForAtOnce() {
        for units in 1...120 {
            let limiter = ConcurrencyLimiter(limit: 100)
            var shares: [ConcurrencyLimiter.Share] = []
            while let share = try? limiter.take(units, for: "greedy") { shares.append(share) }
            #expect(limiter.held(by: "greedy") <= 50)
            #expect(shares.isEmpty == (units > 50))
        }
    }

    @Test func whatIsForgottenIsGivenBack() throws {
        let limiter = ConcurrencyLimiter(limit: 8)
        do { _ = try limiter.take(3, for: "a") }
        #expect(limiter.free == 8)
    }

    @Test func aShareGrowsAsAWholeOrNotAtAll() throws {
        let limiter = ConcurrencyLimiter(limit: 100)
        let share = try limiter.take(0, for: "a")
        try share.grow(by: 30)
        #expect(throws: ConcurrencyLimiter.Refusal.shareUsedUp) { try share.grow(by: 21) }
        #expect(throws: ConcurrencyLimiter.Refusal.exhausted) { try share.grow(by: .max) }
        #expect(limiter.held(by: "a") == 30)
        try share.grow(by: 20)
        #expect(limiter.held(by: "a") == 50)
        share.giveBack()
        #expect(limiter.free == 100)
    }

    /// Whatever is asked for and given back, in whatever order.
    @Test(arguments: 1...200) func theRuleHoldsAtEveryStep(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 0...60, using: &random)
        let limiter = ConcurrencyLimiter(limit: limit)
        let callers = (0..<Int.random(in: 1...8, using: &random)).map { "caller \($0)" }
        var held: [(caller: String, units: Int, share: ConcurrencyLimiter.Share)] = []
        for _ in 0..<400 {
            if !held.isEmpty, Bool.random(using: &random) {
                held.remove(at: Int.random(in: held.indices, using: &random)).share.giveBack()
                continue
            }
            let caller = callers[Int.random(in: callers.indices, using: &random)]
            let units = Int.random(in: 0...4, using: &random)
            let already = held.filter { $0.caller == caller }.reduce(0) { $0 + $1.units }
            let free = limit - held.reduce(0) { $0 + $1.units }
            #expect(limiter.free == free)
            #expect(limiter.held(by: caller) == already)
            if let share = try? limiter.take(units, for: caller) {
                #expect(already + units <= free - units + 1 || units == 0)
                held.append((caller, units, share))
            } else {
                #expect(units > free || already + units > free - units + 1)
            }
        }
        for (_, _, share) in held { share.giveBack() }
        #expect(limiter.free == limit)
    }

    /// Callers that ask for all that they can get, and whose work ends in its turn.
    @Test(arguments: [1, 2, 3, 7, 15]) func greedyCallersComeToHoldTheSame(_ count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let limiter = ConcurrencyLimiter(limit: 1_024)
        var shares = (0..<count).map { taken(limiter, by: "caller \($0)") }
        for _ in 0..<20_000 {
            let ending = Int.random(in: 0..<count, using: &random)
            if !shares[ending].isEmpty { shares[ending].removeLast().giveBack() }
            for caller in (0..<count).shuffled(using: &random) {
                if let share = try? limiter.take(for: "caller \(caller)") { shares[caller].append(share) }
            }
        }
        let fair = 1_024 / (count + 1)
        for caller in 0..<count { #expect(abs(shares[caller].count - fair) <= 2, "caller \(caller)") }
        #expect(limiter.free >= fair - 2 * count, "as much is free for the next one")
        #expect(throws: Never.self) { _ = try limiter.take(for: "newcomer") }
    }
}
