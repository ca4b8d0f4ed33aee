/// Why an expression was refused before it ran: everything that is wrong with it, in the order of the text.
package struct CELError: Error, Hashable, Sendable {
    package let diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }
}

/// One thing that is wrong with an expression, and where.
package struct Diagnostic: Hashable, Sendable {
    /// Stable names of what can be wrong.
    package enum Code: String, Hashable, Sendable {
        case syntax = "syntax-error"
        case undeclaredReference = "undeclared-reference"
        case undefinedField = "undefined-field"
        case noMatchingOverload = "no-matching-overload"
        case typeMismatch = "type-mismatch"
        case limitExceeded = "limit-exceeded"
        case invalidLiteral = "invalid-literal"
    }

    package let code: Code
    /// From 1.
    package let line: Int
    /// In code points, from 1.
    package let column: Int
    package let message: String
    /// What the author may have meant, as a sentence.
    package let suggestion: String?
    /// The text of the line, for the rendering.
    package let sourceLine: String

    init(_ code: Code, _ message: String, suggestion: String? = nil, at offset: Int, in source: SourceText) {
        let location = source.location(at: offset)
        self.code = code
        self.message = message
        self.suggestion = suggestion
        line = Int(location.line)
        column = Int(location.column)
        sourceLine = source.line(Int(location.line))
    }
}

extension Diagnostic: CustomStringConvertible {
    /// Position and message, the line, and a caret under the place.
    package var description: String {
        let advice = suggestion.map { " (\($0))" } ?? ""
        // Tabs stay tabs, so that the caret stands under its character.
        let indent = String(sourceLine.unicodeScalars.prefix(column - 1).map { $0 == "\t" ? "\t" : " " })
        return "\(line):\(column): \(message)\(advice)\n | \(sourceLine)\n | \(indent)^"
    }
}

extension CELError: CustomStringConvertible {
    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
