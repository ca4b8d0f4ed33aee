/// What If-Match and If-None-Match hold (RFC 9110, sections 13.1.1 and 13.1.2): `*`, or entity tags with commas between them.
package enum EntityTagList: Hashable, Sendable {
    package struct Element: Hashable, Sendable {
        let isWeak: Bool
        /// Nil for a tag that is none of ours.
        let tag: EntityTag?
    }

    /// `*`: any that there is.
    case any
    case tags([Element])

    /// Nil for what is neither.
    package init?(_ text: String) {
        var rest = text[...]
        Self.skipSpace(&rest)
        if rest.first == "*" {
            rest.removeFirst()
            Self.skipSpace(&rest)
            guard rest.isEmpty else { return nil }
            self = .any
            return
        }
        var tags: [Element] = []
        while true {
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.popFirst() == "\"", let end = rest.firstIndex(of: "\"") else { return nil }
            let opaque = rest[..<end]
            guard opaque.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
            tags.append(Element(isWeak: isWeak, tag: EntityTag(opaque: opaque)))
            rest = rest[rest.index(after: end)...]
            Self.skipSpace(&rest)
            guard let comma = rest.popFirst() else { break }
            guard comma == "," else { return nil }
            Self.skipSpace(&rest)
        }
        self = .tags(tags)
    }

    private static func skipSpace(_ text: inout Substring) { text = text.drop { $0 == " " || $0 == "\t" } }

    /// Revisions that match where tags are compared strongly (RFC 9110, section 8.8.3.2): a weak tag never does.
    package static func strong(_ tags: [Element]) -> Set<Int> { Set(tags.filter { !$0.isWeak }.compactMap(\.tag?.revision)) }

    /// Revisions that match where tags are compared weakly.
    package static func weak(_ tags: [Element]) -> Set<Int> { Set(tags.compactMap(\.tag?.revision)) }
}
