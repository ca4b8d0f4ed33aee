import Foundation

/// One signature line of a note: `— NAME BASE64`, with the key's id before the signature.
public struct NoteSignature: Hashable, Sendable, CustomStringConvertible {
    public let name: KeyName
    public let keyID: KeyID
    public let signature: [UInt8]

    init(name: KeyName, keyID: KeyID, signature: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// U+2014 and a space.
    private static let mark = Array("— ".utf8)

    /// Reads a line without its newline. Throws `malformed-note`.
    init(line: ArraySlice<UInt8>) throws(TransparencyError) {
        guard line.starts(with: Self.mark) else {
            throw TransparencyError(.malformedNote, "a signature line begins with an em dash and a space")
        }
        let parts = line.dropFirst(Self.mark.count).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2, let name = try? KeyName(String(decoding: parts[0], as: UTF8.self)) else {
            throw TransparencyError(.malformedNote, "a signature line has a key's name and a signature")
        }
        guard let bytes = Data(strictBase64: String(decoding: parts[1], as: UTF8.self)), bytes.count > 4 else {
            throw TransparencyError(
                .malformedNote, "the signature of \(name) is not the base64 of a key id and a signature")
        }
        self.init(
            name: name, keyID: KeyID(value: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }),
            signature: Array(bytes.dropFirst(4)))
    }

    /// The line without its newline.
    public var description: String { "— \(name) " + Data(keyID.bytes + signature).base64EncodedString() }
}
