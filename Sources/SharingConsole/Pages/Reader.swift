import Canonical
import EligibilityPolicy
import Foundation

/// Who reads a page: the language, and where the clock on the wall is.
struct Reader: Sendable {
    let language: Language
    /// Nil where the browser has not said, so that UTC is shown.
    let zone: TimeZone?

    /// Nothing for a moment that is absent, else what `{{>time}}` shows.
    func moment(_ moment: Timestamp?) -> JSONValue? {
        guard let moment else { return nil }
        let seconds = zone?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)) ?? 0
        let local = moment.advanced(by: .seconds(seconds)).description
        let (day, time) = (local.prefix(10), local.dropFirst(11))
        return [
            "machine": .string(moment.description), "short": .string("\(day) \(time.prefix(5))"),
            "exact": .string("\(day) \(time.dropLast()) \(zoneName(seconds))"),
        ]
    }

    /// `UTC`, or `UTC+08:00 Asia/Hong_Kong`.
    private func zoneName(_ seconds: Int) -> String {
        guard let zone else { return "UTC" }
        let minutes = seconds.magnitude / 60
        func two(_ number: UInt) -> String { (number < 10 ? "0" : "") + String(number) }
        return "UTC\(seconds < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60)) \(zone.identifier)"
    }
}
