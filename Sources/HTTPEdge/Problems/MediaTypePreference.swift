/// Which of several media types a reader likes best (RFC 9110, section 12.5.1).
package enum MediaTypePreference {
    /// Media ranges of a header that are looked at.
    private static let maximumRanges = 20

    /// The best of `types`, by quality; of several as good the one that the reader names more exactly, and then the first. Where the
    /// reader takes none of them it is the first too: a page is more use than none.
    package static func best(of types: [String], accept header: String?) -> String? {
        let ranges = (header ?? "*/*").split(separator: ",").prefix(maximumRanges).map { range in
            let parts = range.split(separator: ";").map { $0.trimming(" \t").lowercased() }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            return (type: parts.first ?? "", quality: quality)
        }
        var best: (type: String, quality: Double, precision: Int)?
        for type in types {
            let family = type.prefix { $0 != "/" } + "/*"
            // The most exact of the ranges that take a type says how good it is.
            let found =
                ranges.first { $0.type == type }.map { ($0.quality, 2) }
                ?? ranges.first { $0.type == family }.map { ($0.quality, 1) }
                ?? ranges.first { $0.type == "*/*" }.map { ($0.quality, 0) }
            guard let (quality, precision) = found, quality > 0 else { continue }
            if let best, (best.quality, best.precision) >= (quality, precision) { continue }
            best = (type, quality, precision)
        }
        return best?.type ?? types.first
    }
}
