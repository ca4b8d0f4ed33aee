/// A document of this module that cannot be used, with every problem found in it.
public struct PolicyError: Error, Hashable, Sendable {
    /// What kind of document is wrong; stable.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        case policyInvalid = "policy-invalid"
        case messagesInvalid = "messages-invalid"
        case testsInvalid = "policy-tests-invalid"
        case factsInvalid = "facts-invalid"
        case decisionInvalid = "decision-invalid"
    }

    public let code: Code
    /// In the order of the file; never empty.
    public let problems: [Problem]

    public init(code: Code, problems: [Problem]) {
        self.code = code
        self.problems = problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}

extension PolicyError: CustomStringConvertible {
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing wrong at one place of a document.
public struct Problem: Hashable, Sendable {
    public let file: String
    /// Counted from 1; 0 where the document has no lines.
    public let line: Int
    /// Counted from 1 in characters; 0 where the document has no lines.
    public let column: Int
    public let message: String
    /// What to do about it, where that can be said.
    public let advice: String?

    public init(file: String, line: Int, column: Int, message: String, advice: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.advice = advice
    }
}

extension Problem: CustomStringConvertible {
    /// `file:line:column: problem`, and the advice on a line of its own.
    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(message)" + (advice.map { "\n    \($0)" } ?? "")
    }
}
