import Foundation

/// How far zones are from UTC, remembered by the stretches of time in which they are so, for questions about many moments.
package final class ZoneOffsets {
    private struct Stretch {
        /// Seconds since the Unix epoch: the first, and the one after the last.
        let from: Int64
        let until: Int64
        let offset: Int64
    }

    /// By zones, and by the year, roughly, of a moment that was asked for.
    private var known: [String: [Int64: [Stretch]]] = [:]
    private var latest: [String: Stretch] = [:]

    package init() {}

    /// Seconds east of UTC at a moment, and the second before which that does not change. Nil for what is no zone.
    ///
    /// - Parameter zone: as the functions of the language take it; nil for UTC.
    package func offset(of zone: String?, at moment: CELTimestamp) -> (seconds: Int64, until: Int64)? {
        guard let zone, !zone.isEmpty, zone != "UTC" else { return (0, .max) }
        let second = moment.seconds
        if let stretch = latest[zone], stretch.from <= second, second < stretch.until { return (stretch.offset, stretch.until) }
        let stretch: Stretch
        if let found = known[zone]?[second >> 25]?.first(where: { $0.from <= second && second < $0.until }) {
            stretch = found
        } else {
            guard let offset = try? TimeOffset.seconds(of: zone, at: moment) else { return nil }
            stretch = Stretch(from: second, until: Self.transition(after: moment, zone: zone), offset: offset)
            known[zone, default: [:]][second >> 25, default: []].append(stretch)
        }
        latest[zone] = stretch
        return (stretch.offset, stretch.until)
    }

    private static func transition(after moment: CELTimestamp, zone: String) -> Int64 {
        // An offset in figures never changes, and is no name.
        guard let named = TimeZone(identifier: zone),
            let next = named.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(moment.seconds)))
        else { return .max }
        let second = next.timeIntervalSince1970
        guard second.isFinite, second.magnitude < 1e15 else { return .max }
        return max(moment.seconds + 1, Int64(second.rounded(.down)))
    }
}
