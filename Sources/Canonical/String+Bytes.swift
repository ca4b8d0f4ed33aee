extension StringProtocol {
    /// Whether two texts are the same in UTF-8, byte for byte. `==` takes `é` and `e` with a combining accent for the same, and
    /// the Kelvin sign for the letter K: nothing that is signed or hashed may be compared so.
    package func hasSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
