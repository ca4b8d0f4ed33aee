import Foundation

/// How far local time is from UTC.
enum TimeOffset {
    /// Seconds east of UTC at a moment, in a zone of the IANA database or at a fixed offset such as `+02:00` or `02:00`.
    static func seconds(of zone: String, at moment: CELTimestamp) throws(EvaluationError) -> Int64 {
        if zone.isEmpty || zone == "UTC" { return 0 }
        if let fixed = fixedOffset(Array(zone.utf8)) { return fixed }
        guard isZoneName(zone), let known = TimeZone(identifier: zone) else {
            throw EvaluationError(
                .invalidArgument,
                "\(quotedLiteral(zone, limit: 100)) is not a time zone; use a name such as Europe/Paris or an offset such as +02:00"
            )
        }
        return Int64(known.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.seconds))))
    }

    /// Whether the text names a zone or is an offset.
    static func isZone(_ zone: String) -> Bool {
        do throws(EvaluationError) {
            _ = try seconds(of: zone, at: CELTimestamp(clampingMicroseconds: 0))
            return true
        } catch {
            return false
        }
    }

    /// What to write instead of a text that is no zone.
    static func advice(for zone: String) -> String {
        let plain = zone.lowercased().filter { $0.isLetter || $0.isNumber }
        // As `Hong Kong`, `asia/hongkong` and `HongKong` name Asia/Hong_Kong.
        let city = TimeZone.knownTimeZoneIdentifiers.first { name in
            let letters = name.lowercased().filter { $0.isLetter || $0.isNumber }
            let last = name.split(separator: "/").last?.lowercased().filter { $0.isLetter || $0.isNumber }
            return letters == plain || last == plain
        }
        if let name = city ?? abbreviations[zone.uppercased()] { return "did you mean '\(name)'?" }
        if let near = nearestName(to: zone, among: TimeZone.knownTimeZoneIdentifiers) { return "did you mean '\(near)'?" }
        return "write a name of the IANA database, such as Asia/Hong_Kong, or an offset such as +08:00"
    }

    /// Abbreviations are no names: one stands for several zones, or changes with the season.
    private static let abbreviations = [
        "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "GMT+8": "+08:00",
        "UTC+8": "+08:00", "BST": "Europe/London", "CEST": "Europe/Paris", "EDT": "America/New_York",
        "PST": "America/Los_Angeles",
        "PDT": "America/Los_Angeles", "CST": "America/Chicago", "CDT": "America/Chicago", "AEST": "Australia/Sydney",
    ]

    /// `[+-]HH:MM`.
    private static func fixedOffset(_ text: [UInt8]) -> Int64? {
        var digits = text[...]
        let isWest = digits.first == UInt8(ascii: "-")
        if isWest || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy(isDigit) }),
            let hours = Int64(String(decoding: parts[0], as: UTF8.self)),
            let minutes = Int64(String(decoding: parts[1], as: UTF8.self)),
            hours <= 23, minutes <= 59
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return isWest ? -seconds : seconds
    }

    /// Names of the database only: Foundation takes abbreviations and offsets of its own making too.
    private static func isZoneName(_ name: String) -> Bool {
        name.utf8.count <= 64 && (name.contains("/") || KnownZones.names.contains(name))
    }
}

private enum KnownZones {
    static let names = Set(TimeZone.knownTimeZoneIdentifiers).union([
        "GMT", "CET", "EET", "EST", "EST5EDT", "HST", "MET", "MST", "MST7MDT", "PST8PDT", "CST6CDT", "WET", "Cuba", "Egypt",
        "Eire",
        "GB", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Libya", "NZ", "Navajo", "PRC", "Poland", "Portugal",
        "ROC",
        "ROK", "Singapore", "Turkey", "UCT", "Universal", "Zulu", "Greenwich",
    ])
}
