import Foundation

/// A part of a calendar that a moment has in a time zone, as the functions of the language give it.
package enum CalendarPart: String, CaseIterable, Hashable, Sendable {
    case year = "getFullYear"
    case month = "getMonth"
    case date = "getDate"
    case dayOfMonth = "getDayOfMonth"
    case dayOfWeek = "getDayOfWeek"
    case dayOfYear = "getDayOfYear"
    case hours = "getHours"
    case minutes = "getMinutes"
    case seconds = "getSeconds"

    /// Every value that the part can have.
    package var range: ClosedRange<Int64> {
        switch self {
        // A zone may be a day ahead of UTC or behind it.
        case .year: 0...10_000
        case .month: 0...11
        case .date: 1...31
        case .dayOfMonth: 0...30
        case .dayOfWeek: 0...6
        case .dayOfYear: 0...365
        case .hours: 0...23
        case .minutes, .seconds: 0...59
        }
    }

    /// - Parameter zone: as the functions take it; nil for UTC.
    package func value(at moment: CELTimestamp, zone: String?) throws(EvaluationError) -> Int64 {
        var offset: Int64 = 0
        if let zone { offset = try TimeOffset.seconds(of: zone, at: moment) }
        let fields = CalendarFields(of: moment, offset: offset)
        return switch self {
        case .year: fields.year
        case .month: fields.month - 1
        case .date: fields.day
        case .dayOfMonth: fields.day - 1
        case .dayOfWeek: fields.weekday
        case .dayOfYear: fields.dayOfYear
        case .hours: fields.hour
        case .minutes: fields.minute
        case .seconds: fields.second
        }
    }

    /// A second after the given one, before which the part does not change: the next local minute, hour, midnight, month or
    /// year, or an earlier change of the zone's offset.
    package func secondOfNextChange(after moment: CELTimestamp, zone: String?) -> Int64 {
        let offset = zone.flatMap { try? TimeOffset.seconds(of: $0, at: moment) } ?? 0
        let local = moment.seconds + offset
        let (days, secondOfDay) = floorDivide(local, 86_400)
        let fields = CalendarFields(of: moment, offset: offset)
        let next: Int64 =
            switch self {
            case .seconds: local + 1
            case .minutes: local - secondOfDay % 60 + 60
            case .hours: local - secondOfDay % 3_600 + 3_600
            case .date, .dayOfMonth, .dayOfWeek, .dayOfYear: (days + 1) * 86_400
            case .month:
                daysFromCivil(
                    year: fields.month == 12 ? fields.year + 1 : fields.year, month: fields.month % 12 + 1, day: 1) * 86_400
            case .year: daysFromCivil(year: fields.year + 1, month: 1, day: 1) * 86_400
            }
        return max(moment.seconds + 1, min(next - offset, Self.transition(after: moment, zone: zone) ?? .max))
    }

    /// Whether a zone may be at different distances from UTC at different times.
    package static func mayChange(_ zone: String?) -> Bool { zone.map { TimeZone(identifier: $0) != nil } ?? false }

    /// When the zone's offset changes next.
    private static func transition(after moment: CELTimestamp, zone: String?) -> Int64? {
        guard let zone, let known = TimeZone(identifier: zone),
            let next = known.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(moment.seconds)))
        else { return nil }
        let second = next.timeIntervalSince1970
        return second.isFinite && second.magnitude < 1e15 ? Int64(second.rounded(.down)) : nil
    }
}
