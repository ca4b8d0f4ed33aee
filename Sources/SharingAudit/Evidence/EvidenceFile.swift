/// What an evidence file says of itself; `EvidenceVerifier` proves it.
public enum EvidenceFile {
    /// The signed checkpoint that the file leads to, as its first line has it; nil for what is no evidence file. Throws
    /// `malformed-evidence` where the first line is not whole.
    public static func checkpoint(beginning bytes: [UInt8]) throws(EvidenceError) -> String? {
        guard bytes.first == UInt8(ascii: "{") else { return nil }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            case .header(let header) = try EvidenceLine(Array(bytes[..<end]))
        else { throw EvidenceError(.malformed, "the first line is no header") }
        return header.checkpoint
    }
}
