import Canonical
import Foundation
import TestSupport
import Testing

@Suite("Days of the calendar")
struct CivilDateTests {
    @Test("are those of Foundation's Gregorian calendar")
    func foundation() throws {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        var random = SeededGenerator()
        for _ in 0..<3_000 {
            let days = Int64.random(in: -130_000...2_900_000, using: &random)
            let parts = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86_400))
            let date = CivilDate(daysSinceEpoch: days)
            #expect(
                [date.year, date.month, date.day] == [parts.year, parts.month, parts.day].map { Int64($0 ?? 0) },
                "day \(days), seed \(random.seed)")
            #expect(date.daysSinceEpoch == days, "seed \(random.seed)")
        }
    }

    @Test("follow each other without gap from year 1 to 9999")
    func sequence() throws {
        let first = try #require(CivilDate(year: 1, month: 1, day: 1)).daysSinceEpoch
        let last = try #require(CivilDate(year: 9_999, month: 12, day: 31)).daysSinceEpoch
        #expect(last - first + 1 == 3_652_059)
        for days in stride(from: first, through: last, by: 97) {
            let date = CivilDate(daysSinceEpoch: days)
            #expect(CivilDate(year: date.year, month: date.month, day: date.day)?.daysSinceEpoch == days)
        }
    }

    @Test(
        "that do not exist are refused",
        arguments: [
            (2_026, 2, 29), (1_900, 2, 29), (2_100, 2, 29), (2_024, 2, 30), (2_026, 4, 31), (2_026, 0, 1),
            (2_026, 13, 1), (2_026, 1, 0), (2_026, 1, 32),
        ])
    func impossible(year: Int64, month: Int64, day: Int64) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test("include the leap days", arguments: [Int64(2_000), 2_024, 1_600, 4])
    func leapDays(year: Int64) {
        #expect(CivilDate.isLeap(year))
        #expect(CivilDate(year: year, month: 2, day: 29) != nil)
    }
}
