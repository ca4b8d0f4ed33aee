/// US social security numbers (SSA, "Social Security Number Randomization"): areas 000, 666 and 900–999, group 00 and serial
/// 0000 are never issued, and numbers of forms, examples and advertisements say nothing about a person.
enum SocialSecurityNumber {
    /// Nine digits. Throws `invalid-identity-data`.
    static func read(_ text: String) throws(SharingError) -> String {
        let digits = try IdentityText.unified(text, .socialSecurityNumber).unicodeScalars.filter {
            $0.properties.generalCategory != .dashPunctuation && !$0.properties.isWhitespace && $0 != "\u{2212}"
        }
        guard digits.count == 9, digits.allSatisfy({ ("0"..."9").contains($0) }) else {
            throw .invalidIdentityData(.socialSecurityNumber, problem: "must have nine digits")
        }
        let number = String(String.UnicodeScalarView(digits))
        let area = number.prefix(3)
        let isNeverIssued =
            area == "000" || area == "666" || area.hasPrefix("9") || number.dropFirst(3).prefix(2) == "00"
            || number.suffix(4) == "0000"
        guard !isNeverIssued else {
            throw .invalidIdentityData(.socialSecurityNumber, problem: "is of a range that is never issued")
        }
        guard !examples.contains(number), !isOneDigit(number), !isSequence(number) else {
            throw .invalidIdentityData(
                .socialSecurityNumber, problem: "is a number of examples and advertisements: leave out what is not known")
        }
        return number
    }

    private static func isOneDigit(_ number: String) -> Bool { Set(number.utf8).count == 1 }

    /// Digits that go up by one each, or down by one each, 0 following 9.
    private static func isSequence(_ number: String) -> Bool {
        let steps = Set(zip(number.utf8, number.utf8.dropFirst()).map { (10 + $1 - $0) % 10 })
        return steps == [1] || steps == [9]
    }

    /// Numbers of actual cards that were printed in advertisements and pamphlets, and used by thousands since (SSA, "Social
    /// Security Cards Issued by Woolworth"), and patterns typed to get past a form.
    private static let examples: Set<String> = [
        "078051120", "219099999", "457555462", "022281852", "042103580", "062360749", "095073645", "128036045", "135016629",
        "141186941", "165167999", "165187999", "165207999", "165227999", "165247999", "189092294", "212097694", "212099999",
        "306302348", "308125070", "468288779", "549241889", "123123123", "123121234", "111223333", "121212121",
    ]
}
