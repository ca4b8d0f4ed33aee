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
