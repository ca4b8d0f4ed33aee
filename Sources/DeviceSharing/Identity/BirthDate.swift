import Canonical

/// A date of birth as evidence: a day on which somebody alive can have been born.
enum BirthDate {
    /// The date as `YYYY-MM-DD`; nil for one that systems fill in where none was given. Throws `invalid-identity-data`.
    ///
    /// - Parameter now: when the date was given.
    static func read(_ text: String, at now: Timestamp) throws(SharingError) -> String? {
        let date = try IdentityText.unified(text, .dateOfBirth)
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard date.utf8.count == 10, date.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }), parts.count == 3,
            parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int64(parts[0]), let month = Int64(parts[1]),
            let day = Int64(parts[2]), let birth = CivilDate(year: year, month: month, day: day)
        else { throw .invalidIdentityData(.dateOfBirth, problem: "must be a date that exists, as YYYY-MM-DD") }
        // Where it is the next day already, by up to 14 hours.
        let today = now.advanced(by: .seconds(14 * 3_600)).civilDate
        guard birth.daysSinceEpoch <= today.daysSinceEpoch else {
            throw .invalidIdentityData(
                .dateOfBirth,
                problem:
                    "is in the future: give the year of the Gregorian calendar, with all four digits (a Buddhist year is 543 "
                    + "higher)")
        }
        guard year >= today.year - oldestAge else {
            throw .invalidIdentityData(
                .dateOfBirth,
                problem: "is more than \(oldestAge) years ago: leave out what is not known, and give the year of the Gregorian "
                    + "calendar (years of the Hijri, Persian and Minguo calendars are lower)")
        }
        guard !standIns.contains(date) else {
            throw .invalidIdentityData(
                .dateOfBirth, problem: "is a date that systems fill in where none was given: leave out what is not known")
        }
        return defaults.contains(date) ? nil : date
    }

    /// Years; nobody has lived longer than 122.
    private static let oldestAge: Int64 = 125

    /// Days that a default is far likelier to name than a living person: the day of the smallest 32-bit time, the first day of one
    /// spreadsheet's calendar, and one digit over and over.
    private static let standIns: Set<String> = ["1901-01-01", "1901-12-13", "1901-12-14", "1904-01-01", "1911-11-11"]

    /// The day when computers' clocks begin, and the one before it, which is the same moment west of Greenwich. People were born
    /// on them, so they are no mistake; nor do they say that two people are one, so an officer decides.
    private static let defaults: Set<String> = ["1969-12-31", "1970-01-01"]
}
