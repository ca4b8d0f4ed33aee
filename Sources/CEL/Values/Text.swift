// Strings in the language are sequences of code points without normalisation (langdef, "String and Bytes Values").
// Swift's own `==` and `<` compare up to canonical equivalence, so they are not used for values.

/// Whether two strings are the same code points.
@inline(__always)
func sameText(_ left: String, _ right: String) -> Bool {
    // Canonically equivalent is a superset of identical, and Swift's test for it is fastest where strings differ.
    guard left == right, left.utf8.count == right.utf8.count else { return false }
    return left.utf8.elementsEqual(right.utf8)
}

/// Order by code points, which is the order of the UTF-8 bytes.
func textPrecedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}

extension String {
    /// The string made of the bytes, or nil where they are not UTF-8.
    init?(strictUTF8 bytes: some Collection<UInt8>) {
        self.init(validating: bytes, as: UTF8.self)
    }
}
