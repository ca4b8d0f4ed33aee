/// Parts of timestamps and durations (langdef, "Timezones").
extension FunctionTable {
    static func addTimeFunctions(to table: inout FunctionSet) {
        accessor("getFullYear", to: &table) { $0.year }
        accessor("getMonth", to: &table) { $0.month - 1 }
        accessor("getDate", to: &table) { $0.day }
        accessor("getDayOfMonth", to: &table) { $0.day - 1 }
        accessor("getDayOfWeek", to: &table) { $0.weekday }
        accessor("getDayOfYear", to: &table) { $0.dayOfYear }
        accessor("getHours", to: &table) { $0.hour }
        accessor("getMinutes", to: &table) { $0.minute }
        accessor("getSeconds", to: &table) { $0.second }
        accessor("getMilliseconds", to: &table) { $0.millisecond }
        span("getHours", to: &table) { $0 / 3_600_000_000_000 }
        span("getMinutes", to: &table) { $0 / 60_000_000_000 }
        span("getSeconds", to: &table) { $0 / 1_000_000_000 }
        // The part below a second, as of a timestamp; not the whole span.
        span("getMilliseconds", to: &table) { $0 % 1_000_000_000 / 1_000_000 }
    }

    /// A part of a timestamp in UTC or in the time zone that is given.
    private static func accessor(
        _ name: String, to table: inout FunctionSet, _ part: @escaping @Sendable (CalendarFields) -> Int64
    ) {
        table.method(name, .timestamp, .int) { value, _ throws(EvaluationError) in
            guard case .timestamp(let moment) = value else { throw EvaluationError.noOverload(name, value) }
            return .int(part(CalendarFields(of: moment, offset: 0)))
        }
        table.method(name, .timestamp, .string, .int) { value, zone, _ throws(EvaluationError) in
            guard case .timestamp(let moment) = value, case .string(let zone) = zone else {
                throw EvaluationError.noOverload(name, value, zone)
            }
            return .int(part(CalendarFields(of: moment, offset: try TimeOffset.seconds(of: zone, at: moment))))
        }
    }

    /// The whole units in a duration.
    private static func span(_ name: String, to table: inout FunctionSet, _ part: @escaping @Sendable (Int64) -> Int64) {
        table.method(name, .duration, .int) { value, _ throws(EvaluationError) in
            guard case .duration(let span) = value else { throw EvaluationError.noOverload(name, value) }
            return .int(part(span.nanoseconds))
        }
    }
}
