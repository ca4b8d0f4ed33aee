/// Why an evidence file proves nothing.
public struct EvidenceError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// Not in the format that docs/EVIDENCE.md specifies.
        case malformed = "malformed-evidence"
        /// The checkpoint is not one that a given key signed.
        case untrusted = "untrusted-checkpoint"
        /// The events do not lead to the root that was signed.
        case rootMismatch = "root-mismatch"
        /// A decision is not what its policy gives.
        case decisionDiffers = "decision-differs"
        /// What a decision says that it saw was not so by the events before it.
        case factDiffers = "fact-differs"
    }

    public let code: Code
    public let message: String
    /// Where in the file, from 1; nil where it is about the whole.
    public internal(set) var line: Int?

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): " + (line.map { "line \($0): " } ?? "") + message }
}
