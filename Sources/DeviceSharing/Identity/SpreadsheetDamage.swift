/// What spreadsheets make of numbers that they take for amounts, dates or times: different numbers look alike afterwards.
enum SpreadsheetDamage {
    /// What happened to a number, in capitals and as it was given otherwise; nil where nothing is seen.
    static func problem(of text: String) -> String? {
        let number = text.drop { $0 == "'" }
        // Most numbers are letters and digits alone.
        guard number.utf8.contains(where: Self.isSign) else { return hasLostDigits(number) ? lostDigits : nil }
        if number.contains(/^[+-]?[0-9]+[.,][0-9]*E[+-]?[0-9]{1,3}$/) || number.contains(/^[+-]?[0-9]+E[+-][0-9]{1,3}$/) {
            return
                "is in the notation with an exponent, as a spreadsheet shows long numbers, and has lost its last digits: format "
                + "the column as text"
        }
        if number.contains(/^[0-9]{4,}[.,]0{1,2}$/) {
            return "has decimals, as if it were an amount: format the column as text"
        }
        if !number.isEmpty, number.allSatisfy({ $0 == "#" }) {
            return "holds only number signs, as a spreadsheet shows a column that is too narrow: export it again"
        }
        if isDate(number) { return "is a date or a time, not a number: format the column as text" }
        return hasLostDigits(number) ? lostDigits : nil
    }

    private static let lostDigits =
        "ends in zeros after its fifteenth digit, where spreadsheets drop digits: format the column as text"

    private static func isSign(_ byte: UInt8) -> Bool {
        !((0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte))
    }

    private static func isDate(_ text: Substring) -> Bool {
        if let date = text.wholeMatch(of: /[0-9]{4}[-\/.]([0-9]{1,2})[-\/.]([0-9]{1,2})([T ].*)?/) {
            return isDay(date.1, date.2)
        }
        if let date = text.wholeMatch(of: /([0-9]{1,2})[-\/.]([0-9]{1,2})[-\/.]([0-9]{4}|[0-9]{2})( .*)?/) {
            return isDay(date.1, date.2)
        }
        let isTime = text.contains(/^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[AP]M)?$/)
        let month = /^([0-9]{1,2}[-. ])?(JAN|FEB|MAR|MÄR|APR|MAY|MAI|JUN|JUL|AUG|SEP|SEPT|OCT|OKT|NOV|DEC|DEZ)[-. ][0-9]{1,4}$/
        let day = /^[0-9]{1,2}[-. ](JAN|FEB|MAR|MÄR|APR|MAY|MAI|JUN|JUL|AUG|SEP|SEPT|OCT|OKT|NOV|DEC|DEZ)([-. ][0-9]{2,4})?$/
        return isTime || text.contains(month) || text.contains(day)
    }

    /// Whether two numbers can be a day and a month, in either order. Day 0 is what spreadsheets show for 0.
    private static func isDay(_ first: Substring, _ second: Substring) -> Bool {
        guard let first = Int(first), let second = Int(second) else { return false }
        return max(first, second) <= 31 && min(first, second) <= 12
    }

    /// Of 18 digits and more; 16 and 17 often end so by themselves. A Chinese resident's number of 18 digits may end in zeros
    /// where its check character agrees (GB 11643, by ISO 7064 MOD 11-2).
    private static func hasLostDigits(_ number: Substring) -> Bool {
        let digits = number.utf8.filter { $0 != 0x20 }.map { Int($0) - 0x30 }
        guard digits.count >= 18, digits.allSatisfy((0...9).contains), digits.dropFirst(15).allSatisfy({ $0 == 0 }) else {
            return false
        }
        guard digits.count == 18 else { return true }
        let sum = digits.reduce(0) { ($0 * 2 + $1) % 11 }
        return sum != 1
    }
}
