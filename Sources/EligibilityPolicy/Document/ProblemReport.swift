import CEL

/// Collects what is wrong with one document, so that its author sees everything at once.
package final class ProblemReport {
    package let file: String
    private(set) var problems: [Problem] = []
    /// More are counted but not kept: nobody reads the thousandth.
    private static let most = 200

    package init(file: String) { self.file = file }

    package var isEmpty: Bool { problems.isEmpty }

    package func add(at position: SourcePosition, _ message: String, advice: String? = nil) {
        guard problems.count < Self.most else { return }
        let problem = Problem(
            file: file, line: position.line, column: position.column, message: Self.visible(message),
            advice: advice.map(Self.visible))
        if !problems.contains(problem) { problems.append(problem) }
    }

    /// A message that quotes the file, with the names of characters that cannot be seen in their place.
    private static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isInvisible) else { return text }
        return text.unicodeScalars.reduce(into: "") { visible, scalar in
            if scalar.isInvisible { visible += "<\(scalar.inWords)>" } else { visible.unicodeScalars.append(scalar) }
        }
    }

    /// The error that holds everything reported; nil where nothing was.
    package func error(_ code: PolicyError.Code) -> PolicyError? {
        problems.isEmpty ? nil : PolicyError(code: code, problems: problems)
    }
}
