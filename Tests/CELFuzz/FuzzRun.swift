import CEL

/// Throws random expressions, and existing ones with random changes, at the whole of the language.
package struct FuzzRun {
    /// How many were tried, checked strictly, and evaluated to a value.
    package private(set) var tried = 0
    package private(set) var wellTyped = 0
    package private(set) var valued = 0
    /// What went wrong, with the expression; empty is what is wanted.
    package private(set) var failures: [String] = []

    private var generator: ExpressionGenerator
    private let corpus: [String]
    private let environment = FuzzEnvironment.environment

    /// - Parameter corpus: expressions to change; without any, all are from the grammar.
    package init(seed: UInt64, corpus: [String]) {
        generator = ExpressionGenerator(seed: seed)
        self.corpus = corpus
    }

    package mutating func run(_ count: Int) {
        let activation = Activation(environment.slots)
        for _ in 0..<count {
            FuzzEnvironment.fill(activation, &generator.random)
            let isMutant = !corpus.isEmpty && generator.random.chance(40)
            attempt(isMutant ? mutant() : generator.expression(), activation)
        }
    }

    private mutating func attempt(_ source: String, _ activation: Activation) {
        tried += 1
        guard let parsed = try? environment.parse(source) else { return }
        let text = parsed.root.sourceText
        let again = try? environment.parse(text).root.sourceText
        if again != text { failures.append("printing is not stable: \(source) → \(text) → \(again ?? "an error")") }
        if let checked = try? environment.check(parsed) {
            wellTyped += 1
            evaluate(checked, source, activation)
        }
        if let lenient = try? environment.checkLeniently(parsed) { evaluate(lenient, source, activation) }
    }

    private mutating func evaluate(_ checked: CheckedExpression, _ source: String, _ activation: Activation) {
        let program = Program(checked, in: environment)
        let first = result(of: program, activation)
        if case .success = first { valued += 1 }
        for (way, outcome) in [
            ("the second time", result(of: program, activation)),
            ("planned again", result(of: Program(checked, in: environment), activation)),
        ] where outcome != first {
            failures.append("\(source) gives \(first), but \(outcome) \(way)")
        }
        for (way, outcome) in [
            ("without specialization", program.evaluateWithoutSpecialization(activation)),
            ("traced", program.trace(activation).result),
        ] where !Self.agree(first, outcome) {
            failures.append("\(source) gives \(first), but \(outcome) \(way)")
        }
        if checked.resultType == .bool, case .success(.bool(let flag)) = first, (try? program.evaluateBool(activation)) != flag {
            failures.append("\(source) is not \(flag) as a bool")
        }
    }

    private func result(of program: Program, _ activation: Activation) -> Result<CELValue, EvaluationError> {
        do throws(EvaluationError) {
            return .success(try program.evaluate(activation))
        } catch {
            return .failure(error)
        }
    }

    /// Of several errors in one expression any may be reported; limits are exceeded at other points where constants are
    /// worked out beforehand.
    private static func agree(_ first: Result<CELValue, EvaluationError>, _ second: Result<CELValue, EvaluationError>) -> Bool {
        switch (first, second) {
        case (.success(let a), .success(let b)): a == b
        case (.failure, .failure): true
        case (.success, .failure(let error)), (.failure(let error), .success): error.code == .limitExceeded
        }
    }

    // MARK: Mutants

    private static let fragments = [
        "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "!", "-", "+", "==", "&&", "||", " in ", "'", "\"", "\\", "null",
        "true", "0u", "1.5",
        "x", "has(", ".all(e, e)", ".map(e, e)", "b'", "r'", "'''", "`", "\u{e9}", "@", "$", "//", "\n", "9223372036854775808",
        "cel.bind(",
    ]

    private mutating func mutant() -> String {
        var scalars = Array(generator.random.pick(corpus).unicodeScalars)
        for _ in 0..<Int.random(in: 1...3, using: &generator.random) {
            let place = Int.random(in: 0...scalars.count, using: &generator.random)
            switch Int.random(in: 0..<4, using: &generator.random) {
            case 0: scalars.insert(contentsOf: Array(generator.random.pick(Self.fragments).unicodeScalars), at: place)
            case 1: scalars.removeSubrange(place..<min(scalars.count, place + Int.random(in: 0...4, using: &generator.random)))
            case 2: scalars.insert(contentsOf: Array(generator.expression(depth: 2).unicodeScalars), at: place)
            default:
                let other = Array(generator.random.pick(corpus).unicodeScalars)
                let start = Int.random(in: 0...other.count, using: &generator.random)
                scalars.insert(contentsOf: other[start...].prefix(12), at: place)
            }
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }
}
