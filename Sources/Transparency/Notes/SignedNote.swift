/// A text and signatures of it (c2sp.org/signed-note).
public struct SignedNote: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of a note, at most.
    public static let maximumSize = 1 << 20
    /// Signatures of a note, at most; a verifier must take 16.
    public static let maximumSignatures = 100

    /// What is signed; ends with a newline.
    public let text: String
    public let signatures: [NoteSignature]

    /// Signs a text. Throws `malformed-note` where it cannot be one, such as without a newline at its end.
    public init(text: String, signedBy keys: [SignerKey]) throws(TransparencyError) {
        let bytes = Array(text.utf8)
        try Self.check(bytes)
        guard text.utf8.last == Self.newline else {
            throw TransparencyError(.malformedNote, "a note's text ends with a newline")
        }
        guard !keys.isEmpty else { throw TransparencyError(.malformedNote, "a note needs a signature") }
        self.text = text
        var signatures: [NoteSignature] = []
        for key in keys { signatures.append(try key.signature(of: bytes)) }
        self.signatures = signatures
    }

    /// Reads a note and proves nothing: see `verify`. Throws `malformed-note`.
    public init(parsing note: String) throws(TransparencyError) {
        try self.init(parsing: Array(note.utf8))
    }

    /// Reads a note and proves nothing: see `verify`. Throws `malformed-note`.
    public init(parsing note: [UInt8]) throws(TransparencyError) {
        guard note.count <= Self.maximumSize else {
            throw TransparencyError(.malformedNote, "a note has at most \(Self.maximumSize) bytes")
        }
        try Self.check(note)
        // The text may have empty lines: the last one ends it.
        guard note.last == Self.newline,
            let gap = note.indices.dropLast().last(where: { note[$0] == Self.newline && note[$0 + 1] == Self.newline })
        else { throw TransparencyError(.malformedNote, "a note is a text, an empty line and lines of signatures") }
        guard let text = String(validating: note[...gap], as: UTF8.self) else {
            throw TransparencyError(.malformedNote, "a note is in UTF-8")
        }
        let lines = note[(gap + 2)...].split(separator: Self.newline, omittingEmptySubsequences: false).dropLast()
        guard (1...Self.maximumSignatures).contains(lines.count) else {
            throw TransparencyError(.malformedNote, "a note has 1 to \(Self.maximumSignatures) signatures")
        }
        self.text = text
        var signatures: [NoteSignature] = []
        for line in lines { signatures.append(try NoteSignature(line: line)) }
        self.signatures = signatures
    }

    /// The keys of `trusted` that signed. Signatures of other keys are ignored, as the specification demands. Throws
    /// `invalid-signature` where one that names a trusted key is not by it, `no-trusted-signature` where there is none.
    @discardableResult
    public func verify(trusting trusted: [VerifierKey]) throws(TransparencyError) -> [VerifierKey] {
        let bytes = Array(text.utf8)
        var signers: [VerifierKey] = []
        for signature in signatures {
            let named = trusted.filter { $0.name == signature.name && $0.id == signature.keyID }
            guard let key = named.first else { continue }
            // Four bytes are soon found twice by whoever looks for that.
            guard named.allSatisfy({ $0 == key }) else {
                throw TransparencyError(.malformedKey, "two keys have the name \(key.name) and the id \(key.id)")
            }
            guard key.isSignature(signature.signature, of: bytes) else {
                throw TransparencyError(.invalidSignature, "the signature of \(key.name)+\(key.id) is not of this text")
            }
            if !signers.contains(key) { signers.append(key) }
        }
        guard !signers.isEmpty else {
            let names = signatures.map { "\($0.name)+\($0.keyID)" }.joined(separator: ", ")
            throw TransparencyError(.noTrustedSignature, "no trusted key has signed; there are signatures of \(names)")
        }
        return signers
    }

    private static let newline = UInt8(ascii: "\n")

    /// UTF-8 without control characters but newlines.
    private static func check(_ bytes: [UInt8]) throws(TransparencyError) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw TransparencyError(.malformedNote, "a note is in UTF-8")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == newline }) else {
            throw TransparencyError(.malformedNote, "a note has no control characters but newlines")
        }
    }

    /// The note as it is published.
    public var description: String { text + "\n" + signatures.map { "\($0)\n" }.joined() }
}
