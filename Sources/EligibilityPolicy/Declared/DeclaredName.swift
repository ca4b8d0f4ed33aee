/// The names that policies give to what they declare: a small letter, then letters and digits, 64 at most, and no word of the
/// expression language.
package enum DeclaredName {
    /// Bytes of a name.
    package static let maximumLength = 64

    package static func isValid(_ text: String) -> Bool {
        text.utf8.count <= maximumLength && text.wholeMatch(of: /[a-z][A-Za-z0-9]*/) != nil
            && !PolicyLoader.reserved.contains(text)
    }
}
