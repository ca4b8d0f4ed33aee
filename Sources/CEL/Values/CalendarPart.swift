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

    /// - Parameter offset: of the zone at that moment, in seconds east of UTC.
    package func value(at moment: CELTimestamp, offset: Int64) -> Int64 {
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

    /// A second after the given one, before which the part does not change while the offset does not: the next local minute, hour,
    /// midnight, month or year.
    package func secondOfNextChange(after moment: CELTimestamp, offset: Int64) -> Int64 {
        let local = moment.seconds + offset
        let (days, secondOfDay) = floorDivide(local, 86_400)
        let next: Int64
        switch self {
        case .seconds: next = local + 1
        case .minutes: next = local - secondOfDay % 60 + 60
        case .hours: next = local - secondOfDay % 3_600 + 3_600
        case .date, .dayOfMonth, .dayOfWeek, .dayOfYear: next = (days + 1) * 86_400
        case .month:
            let fields = CalendarFields(of: moment, offset: offset)
            let isLast = fields.month == 12
            next =
                daysFromCivil(year: isLast ? fields.year + 1 : fields.year, month: isLast ? 1 : fields.month + 1, day: 1) * 86_400
        case .year:
            let fields = CalendarFields(of: moment, offset: offset)
            next = daysFromCivil(year: fields.year + 1, month: 1, day: 1) * 86_400
        }
        return max(moment.seconds + 1, next - offset)
    }

    /// Whether a zone may be at different distances from UTC at different times.
    package static func mayChange(_ zone: String?) -> Bool { zone.map { TimeZone(identifier: $0) != nil } ?? false }
}
