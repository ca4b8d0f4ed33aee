/// A record's revision as HTTP has it: a strong entity tag (RFC 9110, section 8.8.3).
///
/// It says which state of the record an answer shows, and not with which bytes: the language of its texts, its compression, and
/// what other records say of the same user or device (its requests, sharings, devices) leave the tag as it is. So a tag that was
/// stored is good for If-Match until the record itself changes. No ranges of bytes are answered, which would need more.
package struct EntityTag: Hashable, Sendable {
    let revision: Int

    package init(revision: Int) { self.revision = revision }

    /// - Parameter opaque: what is between the quotation marks.
    ///
    /// Nil for a tag that is none of ours, which no record can have.
    init?(opaque: Substring) {
        guard opaque.hasPrefix("v"), let revision = Int(opaque.dropFirst()), revision >= 0, "v\(revision)" == opaque else {
            return nil
        }
        self.revision = revision
    }

    package var text: String { "\"v\(revision)\"" }
}
