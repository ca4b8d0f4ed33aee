import EligibilityPolicy

extension Language {
    /// The language of ours that a reader likes best (RFC 9110, section 12.5.4; lookup of RFC 4647, section 3.4); English
    /// where there is none.
    package init(acceptLanguage header: String?) {
        var best: (language: Language, quality: Double)?
        for range in (header ?? "").split(separator: ",").prefix(Self.maximumRanges) {
            let parts = range.split(separator: ";").map { $0.trimming(" \t") }
            guard let tag = parts.first, let language = Language(tag: tag) else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if quality > best?.quality ?? 0 { best = (language, quality) }
        }
        self = best?.language ?? .english
    }

    /// Ranges of a header that are looked at.
    private static let maximumRanges = 20

    private init?(tag: String) {
        let parts = tag.lowercased().split(separator: "-")
        switch parts.first {
        case "en", "*": self = .english
        case "zh":
            // The script decides, then the region: Hong Kong, Macao and Taiwan write the traditional one.
            let rest = Set(parts.dropFirst())
            if rest.contains("hant") {
                self = .traditionalChinese
            } else if rest.contains("hans") {
                self = .simplifiedChinese
            } else {
                self = rest.isDisjoint(with: ["hk", "mo", "tw"]) ? .simplifiedChinese : .traditionalChinese
            }
        default: return nil
        }
    }
}

extension StringProtocol {
    /// Without those characters at both ends.
    package func trimming(_ characters: String) -> String {
        var rest = self[...]
        while let first = rest.first, characters.contains(first) { rest = rest.dropFirst() }
        while let last = rest.last, characters.contains(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
