/// Which databases and programs work together: the file `Schema/compatibility`.
///
/// The number grows when programs call something that earlier schemas lack, not with each file. A schema keeps what the
/// programs of the number before it call, so that two versions of the program can work side by side: a program works with
/// databases of its own number and of the next one.
package struct SchemaCompatibility: Hashable, Sendable {
    /// The number that a migration records in the database, from 1.
    package let number: Int32
    /// Numbers of the databases that this program works with.
    package let range: ClosedRange<Int32>

    package init(number: Int32, range: ClosedRange<Int32>) {
        self.number = number
        self.range = range
    }

    /// Reads lines `schema N` and `program N...M`; those that begin with `#` are comments. Throws `migration-misnumbered`.
    package init(text: String) throws(EventLogError) {
        var (number, range): (Int32?, ClosedRange<Int32>?) = (nil, nil)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            switch words.first {
            case "schema" where words.count == 2: number = Int32(words[1])
            case "program" where words.count == 2: range = Self.range(words[1])
            default: throw Self.malformed
            }
        }
        guard let number, let range, number >= 1, range.contains(number) else { throw Self.malformed }
        (self.number, self.range) = (number, range)
    }

    private static let malformed = EventLogError(
        .migrationMisnumbered, "compatibility must have the lines `schema N` and `program N...M`, a range that holds N")

    private static func range(_ text: Substring) -> ClosedRange<Int32>? {
        let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { Int32($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        return first...last
    }

    /// Throws `migration-pending` where the database is too old for this program, `migration-unknown` where it is too new.
    func check(_ recorded: Int32) throws(EventLogError) {
        if recorded < range.lowerBound {
            throw EventLogError(
                .migrationPending,
                "the database has compatibility \(recorded), this program needs \(range.lowerBound): \(Self.remedy)")
        }
        if recorded > range.upperBound {
            throw EventLogError(
                .migrationUnknown,
                "the database has compatibility \(recorded), this program works with \(range.upperBound) at most: "
                    + "use a newer program")
        }
    }

    static let remedy = "run `devshare migrate` as the owner of the database"
}
