import Foundation

// Strings in the language are sequences of code points without normalisation (langdef, "String and Bytes Values").
// Swift's own `==` and `<` compare up to canonical equivalence, so they are not used for values.

/// Whether two strings are the same code points.
@inline(__always)
func sameText(_ left: String, _ right: String) -> Bool {
    let count = left.utf8.count
    guard count == right.utf8.count else { return false }
    let same = left.utf8.withContiguousStorageIfAvailable { a in
        right.utf8.withContiguousStorageIfAvailable { b in count == 0 || memcmp(a.baseAddress!, b.baseAddress!, count) == 0 }
    }
    // Strings that Foundation bridged may lie in pieces.
    return (same ?? nil) ?? left.utf8.elementsEqual(right.utf8)
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

    /// The string made of the bytes, with one replacement character for each run of bytes that are not UTF-8 (cel-spec,
    /// doc/extensions/strings.md, "Format").
    init(replacingInvalidIn bytes: [UInt8]) {
        self.init()
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var isInvalid = false
        while true {
            switch decoder.decode(&rest) {
            case .scalarValue(let scalar):
                unicodeScalars.append(scalar)
                isInvalid = false
            case .error:
                if !isInvalid { unicodeScalars.append("\u{fffd}") }
                isInvalid = true
            case .emptyInput: return
            }
        }
    }
}
