import EligibilityPolicy

/// What a travel document says of the nationality of its holder (ICAO Doc 9303, part 3, section 5): a country, or a code of its
/// own where there is none or where the country has several kinds of nationals.
package enum Citizenship {
    /// The country's two letters, or one of ``codesOfTheirOwn``; nil for what is no code.
    static func normalized(_ text: String) -> String? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let code = text.uppercased()
        return codesOfTheirOwn.contains(code) ? code : Country(code)?.alpha2
    }

    /// The code of Doc 9303 for a nationality that is not specified. Two people of whom it says so have nothing in common.
    static let unspecified = "XXX"

    /// Stateless, refugee by the convention of 1951, other refugee, unspecified; and the five kinds of British nationals who are
    /// not British citizens.
    private static let codesOfTheirOwn: Set<String> = [
        "XXA", "XXB", "XXC", unspecified, "GBD", "GBN", "GBO", "GBP", "GBS",
    ]

    /// Reads `DE`, or several as `DE/TR` or `DE, TR`, each once and in alphabetical order. Throws `invalid-identity-data`.
    static func read(_ texts: [String]) throws(SharingError) -> [String] {
        var found: Set<String> = []
        for text in texts {
            let codes = try IdentityText.unified(text, .citizenship).split { $0.isWhitespace || separators.contains($0) }
            guard !codes.isEmpty else { throw .invalidIdentityData(.citizenship, problem: problem) }
            for code in codes {
                guard let citizenship = normalized(String(code)) else {
                    throw .invalidIdentityData(.citizenship, problem: problem)
                }
                found.insert(citizenship)
            }
        }
        guard found.count <= most else {
            throw .invalidIdentityData(.citizenship, problem: "must be at most \(most) countries")
        }
        return found.subtracting([unspecified]).sorted()
    }

    /// Citizenships of one person, at most.
    package static let most = 8

    private static let separators: Set<Character> = ["/", ",", ";", "+", "&", "|"]
    private static let problem = "must be an ISO 3166-1 country code, or one of ICAO Doc 9303 such as XXA; several as DE/TR"
}
