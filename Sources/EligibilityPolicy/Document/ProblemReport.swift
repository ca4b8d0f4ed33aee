/// Collects what is wrong with one document, so that its author sees everything at once.
final class ProblemReport {
    let file: String
    private(set) var problems: [Problem] = []
    /// More are counted but not kept: nobody reads the thousandth.
    private static let most = 200

    init(file: String) { self.file = file }

    var isEmpty: Bool { problems.isEmpty }

    func add(at position: Position, _ message: String, advice: String? = nil) {
        guard problems.count < Self.most else { return }
        let problem = Problem(
            file: file, line: position.line, column: position.column, message: message, advice: advice)
        if !problems.contains(problem) { problems.append(problem) }
    }

    /// The error that holds everything reported; nil where nothing was.
    func error(_ code: PolicyError.Code) -> PolicyError? {
        problems.isEmpty ? nil : PolicyError(code: code, problems: problems)
    }
}
