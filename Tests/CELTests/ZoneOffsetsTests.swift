import TestSupport
import Testing

@testable import CEL

@Suite("The offsets of zones, remembered by stretches")
struct ZoneOffsetsTests {
    @Test(
        "are those that the functions of the language take",
        arguments: [
            "Asia/Hong_Kong", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Pyongyang",
            "America/Caracas", "Pacific/Apia", "Europe/Dublin", "+08:00", "-03:30", "", "UTC",
        ])
    func agree(zone: String) throws {
        let offsets = ZoneOffsets()
        var random = SeededGenerator()
        for _ in 0..<3_000 {
            // The years 1800 to 2200, and now and then any.
            let years: ClosedRange<Int64> = random.below(10) == 0 ? 1...9_998 : 1_800...2_200
            let second = (Int64.random(in: years, using: &random) - 1_970) * 31_556_952 + Int64(random.below(31_556_952))
            guard let moment = CELTimestamp(checkingSeconds: second) else { continue }
            let expected = try TimeOffset.seconds(of: zone, at: moment)
            let (offset, until) = try #require(offsets.offset(of: zone, at: moment))
            #expect(offset == expected && until > second, "\(zone) at \(moment)")
        }
    }

    @Test("are none for what is no zone")
    func none() throws {
        let moment = try #require(CELTimestamp(checkingSeconds: 0))
        #expect(ZoneOffsets().offset(of: "Nowhere/Land", at: moment) == nil)
    }

    @Test("do not change before a part of the calendar does")
    func changes() throws {
        let offsets = ZoneOffsets()
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let zone = random.pick(["Europe/Berlin", "Asia/Hong_Kong", "-03:30", "America/New_York"])
            let part = random.pick(CalendarPart.allCases)
            let second = Int64.random(in: -3_000_000_000...7_000_000_000, using: &random)
            let moment = try #require(CELTimestamp(checkingSeconds: second))
            let (offset, until) = try #require(offsets.offset(of: zone, at: moment))
            let next = min(part.secondOfNextChange(after: moment, offset: offset), until)
            #expect(next > second)
            let within = try #require(CELTimestamp(checkingSeconds: Int64.random(in: second..<next, using: &random)))
            let own = part.value(at: within, offset: try TimeOffset.seconds(of: zone, at: within))
            #expect(own == part.value(at: moment, offset: offset), "\(part) in \(zone) at \(moment) and \(within)")
        }
    }
}
