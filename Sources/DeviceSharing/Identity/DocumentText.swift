import Foundation

/// Types and numbers of identity documents: capital letters and digits, without what separates them.
enum DocumentText {
    /// Letters and digits of a document's type or number, at most.
    static let longest = 100
    /// Letters and digits of a number, at least.
    static let shortestNumber = 3

    /// Throws `invalid-identity-data`.
    static func type(_ text: String) throws(SharingError) -> String {
        let given = try IdentityText.unified(text, .document).uppercased()
        let type = compact(given)
        guard (1...longest).contains(type.unicodeScalars.count) else {
            throw .invalidIdentityData(.document, problem: "must have a type of 1 to \(longest) letters and digits")
        }
        guard !StandIns.isType(type) else { throw .invalidIdentityData(.document, problem: "has a type that stands for none") }
        var hasLatin = false
        try forEachScalar(of: text) { (scalar, _) throws(SharingError) in
            if scalar.isLetter, LookAlikes.script(of: scalar) == LookAlikes.latin { hasLatin = true }
        }
        guard hasLatin else { return type }
        try forEachScalar(of: text) { (scalar, place) throws(SharingError) in
            guard scalar.isLetter, case let script = LookAlikes.script(of: scalar), script != LookAlikes.latin,
                !LookAlikes.besideLatin.contains(script)
            else { return }
            throw .invalidIdentityData(
                .document, problem: "has a type whose character \(place) is no Latin letter, while others are")
        }
        return type
    }

    /// Throws `invalid-identity-data` for what is no number, and for one with a character that people take for another one or
    /// that no number has; the problem names the place and not the character.
    static func number(_ text: String) throws(SharingError) -> String {
        let given = try IdentityText.unified(text, .document).uppercased()
        if let problem = SpreadsheetDamage.problem(of: given) {
            throw .invalidIdentityData(.document, problem: "has a number that \(problem)")
        }
        let number = compact(given)
        // First, since it says more than the place of a sign would.
        let isStandIn = !number.isEmpty && StandIns.isNumber(number)
        if isStandIn, given.unicodeScalars.allSatisfy({ $0.isASCII }) { throw standIn }
        try checkCharacters(of: text)
        guard !isStandIn else { throw standIn }
        guard (shortestNumber...longest).contains(number.unicodeScalars.count) else {
            throw .invalidIdentityData(
                .document, problem: "must have a number of \(shortestNumber) to \(longest) letters and digits")
        }
        return number
    }

    private static let standIn = SharingError.invalidIdentityData(
        .document, problem: "has a number that stands for none: leave out what is not known")

    /// Capital letters, and nothing but letters and digits.
    private static func compact(_ text: String) -> String {
        let capitals = text.precomposedStringWithCompatibilityMapping
        let kept = capitals.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        // Once more: what separators kept apart may compose.
        return String(String.UnicodeScalarView(kept)).precomposedStringWithCompatibilityMapping
    }

    /// Calls `body` with the scalars of each visible character, as they are compared, and its place from 1.
    private static func forEachScalar(
        of text: String, _ body: (Unicode.Scalar, Int) throws(SharingError) -> Void
    ) throws(SharingError) {
        var place = 0
        for character in text {
            if let ascii = character.asciiValue {
                place += 1
                let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(ascii)
                try body(Unicode.Scalar(isSmall ? ascii - 0x20 : ascii), place)
                continue
            }
            let scalars = IdentityText.normalized(String(character)).uppercased().precomposedStringWithCompatibilityMapping
                .unicodeScalars
            guard !scalars.isEmpty else { continue }
            place += 1
            for scalar in scalars { try body(scalar, place) }
        }
    }

    private static func checkCharacters(of text: String) throws(SharingError) {
        var scripts: Set<Substring> = []
        try forEachScalar(of: text) { (scalar, place) throws(SharingError) in
            func refuse(_ problem: String) -> SharingError {
                .invalidIdentityData(.document, problem: "has a number whose character \(place) \(problem)")
            }
            guard scalar.isLetter else {
                guard scalar.isSeparator || scalar.properties.numericType != nil || scalar.isVowelSign else {
                    throw refuse(
                        "is neither a letter nor a digit nor a separator; it may be a cross for an X, a mask, or a letter "
                            + "that was lost in another encoding")
                }
                return
            }
            let script = LookAlikes.script(of: scalar)
            switch script {
            case LookAlikes.latin:
                guard LookAlikes.isOfDocuments(scalar) else {
                    throw refuse("is a letter that no document has, but looks like another one")
                }
            case _ where LookAlikes.besideLatin.contains(script) || LookAlikes.others.contains(script): break
            case _ where LookAlikes.alphabets.contains(script):
                guard !LookAlikes.capitals.contains(scalar) else {
                    throw refuse(
                        "is a \(script.capitalized) letter that looks like a Latin one or a digit: write it in Latin letters")
                }
            default: throw refuse("is of a writing system that no document has")
            }
            guard !LookAlikes.besideLatin.contains(script) else { return }
            scripts.insert(script)
            guard scripts.count == 1 else { throw refuse("is of another writing system than the letters before it") }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber: true
        default: false
        }
    }

    /// A sign that is written with a letter and counts as one.
    fileprivate var isVowelSign: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: properties.isAlphabetic
        default: false
        }
    }

    /// What stands between letters and digits of numbers, or around them, and says nothing.
    fileprivate var isSeparator: Bool {
        properties.isWhitespace || properties.generalCategory == .dashPunctuation || Self.separators.contains(self)
    }

    private static let separators: Set<Unicode.Scalar> = [
        ".", ",", ":", ";", "/", "\\", "_", "(", ")", "[", "]", "'", "<", "#", "\u{B7}", "\u{2212}", "\u{3001}", "\u{30FB}",
    ]
}
