/// Who issued an identity document, by the codes of ICAO Doc 9303, part 3, section 5: a country, or an organisation.
enum IssuingAuthority {
    /// The country's two letters, or the organisation's three. Throws `invalid-identity-data`.
    static func read(_ text: String) throws(SharingError) -> String {
        let code = try IdentityText.unified(text, .document).uppercased()
        if organisations.contains(code) { return code }
        // All kinds of British passports are issued by the United Kingdom.
        guard let authority = Citizenship.normalized(code).map({ $0.hasPrefix("GB") ? "GB" : $0 }), !authority.hasPrefix("XX")
        else {
            throw .invalidIdentityData(
                .document, problem: "has an issuing country that is neither an ISO 3166-1 code nor one of ICAO Doc 9303")
        }
        return authority
    }

    /// The European Union, the United Nations (with their administration of Kosovo), and others that issue travel documents.
    private static let organisations: Set<String> = [
        "EUE", "UNA", "UNK", "UNO", "XBA", "XCC", "XCE", "XCO", "XDC", "XEC", "XES", "XIM", "XMP", "XOM", "XPO",
    ]
}
