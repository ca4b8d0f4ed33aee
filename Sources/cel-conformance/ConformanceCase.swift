import CEL
import Canonical

/// One case of the conformance suite of google/cel-spec, in JSON.
struct ConformanceCase: Sendable {
    enum Expectation: Sendable {
        case value(CELValue)
        /// Checking or evaluation must fail; how is not compared.
        case error
        /// Checking must succeed.
        case success
    }

    let suite: String
    let section: String
    let name: String
    let expression: String
    let container: String
    let bindings: [(name: String, value: CELValue)]
    let variables: [(name: String, type: CELType)]
    let functions: [FunctionDeclaration]
    let isChecked: Bool
    let isCheckedOnly: Bool
    let expandsMacros: Bool
    let expectation: Expectation
    let deducedType: CELType?

    /// Reads one member of the file's `tests`.
    init(_ json: JSONValue, suite: String) throws(ConformanceFormatError) {
        self.suite = suite
        section = json["section"]?.stringValue ?? ""
        name = json["name"]?.stringValue ?? ""
        guard let expression = json["expr"]?.stringValue else {
            throw ConformanceFormatError("the case \(suite)/\(section)/\(name) has no expr")
        }
        self.expression = expression
        container = json["container"]?.stringValue ?? ""
        var bindings: [(String, CELValue)] = []
        for (name, value) in json["bindings"]?.objectValue?.members ?? [] { bindings.append((name, try CELValue(tagged: value))) }
        var variables: [(String, CELType)] = []
        var functions: [FunctionDeclaration] = []
        for (name, type) in json["types"]?.objectValue?.members ?? [] {
            if let overloads = type["functions"]?.arrayValue {
                for overload in overloads { functions.append(try FunctionDeclaration(name: name, json: overload)) }
            } else {
                variables.append((name, try CELType(json: type)))
            }
        }
        for (name, _) in bindings where !variables.contains(where: { $0.0 == name }) { variables.append((name, .dyn)) }
        (self.bindings, self.variables, self.functions) = (bindings, variables, functions)
        isChecked = json["disableCheck"]?.boolValue != true
        isCheckedOnly = json["checkOnly"]?.boolValue == true
        expandsMacros = json["disableMacros"]?.boolValue != true
        if let value = json["value"] {
            expectation = .value(try CELValue(tagged: value))
        } else {
            expectation = json["error"] == nil ? .success : .error
        }
        if let type = json["deducedType"] { deducedType = try CELType(json: type) } else { deducedType = nil }
    }
}

extension ConformanceCase: CustomStringConvertible {
    var description: String { "\(suite)/\(section)/\(name): \(expression)" }
}

/// A file that is not in the form of the suite.
struct ConformanceFormatError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
