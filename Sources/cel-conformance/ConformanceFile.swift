import CEL
import Canonical
import Foundation

/// The cases of one file of the suite.
struct ConformanceFile {
    let cases: [ConformanceCase]

    init(_ file: URL) throws {
        let json = try JSONValue(parsing: Array(Data(contentsOf: file)))
        guard let name = json["name"]?.stringValue, let tests = json["tests"]?.arrayValue else {
            throw ConformanceFormatError("\(file.path) has no name or no tests")
        }
        cases = try tests.map { try ConformanceCase($0, suite: name) }
    }
}

extension ConformanceCase {
    /// What the implementation does otherwise than the case says; nil where it passes.
    func failure() -> String? {
        let environment = Environment(
            variables: variables.map { VariableDeclaration(name: $0.name, type: $0.type) }, functions: functions,
            container: container)
        let checked: CheckedExpression
        do {
            let parsed = try environment.parse(expression, expandsMacros: expandsMacros)
            checked = try isChecked ? environment.check(parsed) : environment.checkLeniently(parsed)
        } catch {
            if case .error = expectation { return nil }
            return "does not pass the check:\n\(error)"
        }
        if let deducedType, checked.resultType != deducedType { return "has the type \(checked.resultType), not \(deducedType)" }
        if isCheckedOnly {
            if case .error = expectation { return "passes the check, but must not" }
            return nil
        }
        return outcome(of: Program(checked, in: environment), in: environment)
    }

    private func outcome(of program: Program, in environment: Environment) -> String? {
        let activation = Activation(environment.slots)
        for (name, value) in bindings {
            if let slot = environment.slots.slot(for: [name]) { activation[slot] = value }
        }
        do {
            let value = try program.evaluate(activation)
            switch expectation {
            case .value(let expected): return value == expected ? nil : "gives \(value), not \(expected)"
            case .error: return "gives \(value), but must fail"
            case .success: return nil
            }
        } catch {
            switch expectation {
            case .error: return nil
            case .value(let expected): return "fails (\(error)), but must give \(expected)"
            case .success: return "fails (\(error)), but must not"
            }
        }
    }
}
