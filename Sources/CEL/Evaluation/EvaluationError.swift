/// Why an evaluation has no value (langdef, "Runtime Errors").
///
/// One word wide, so that code that does not fail pays nothing for it.
package struct EvaluationError: Error, Sendable {
    /// Stable names of what can go wrong.
    package enum Code: String, Hashable, Sendable {
        case noMatchingOverload = "no-matching-overload"
        case noSuchField = "no-such-field"
        case noSuchKey = "no-such-key"
        case indexOutOfRange = "index-out-of-range"
        case divisionByZero = "division-by-zero"
        case overflow = "overflow"
        case conversionFailed = "conversion-failed"
        case invalidArgument = "invalid-argument"
        case unsupportedKey = "unsupported-key"
        case repeatedKey = "repeated-key"
        case absentValue = "absent-value"
        case unboundVariable = "unbound-variable"
        case unboundFunction = "unbound-function"
        case limitExceeded = "limit-exceeded"
    }

    private final class Storage: Sendable {
        let code: Code
        let message: String
        let location: SourceLocation?

        init(code: Code, message: String, location: SourceLocation?) {
            self.code = code
            self.message = message
            self.location = location
        }
    }

    private let storage: Storage

    package init(_ code: Code, _ message: String) {
        storage = Storage(code: code, message: message, location: nil)
    }

    private init(_ storage: Storage) {
        self.storage = storage
    }

    package var code: Code { storage.code }
    package var message: String { storage.message }
    /// Where in the expression it happened.
    package var location: SourceLocation? { storage.location }

    /// The error with the place, unless a place nearer to the cause is already known.
    func located(at location: SourceLocation) -> EvaluationError {
        storage.location == nil ? EvaluationError(Storage(code: code, message: message, location: location)) : self
    }

    /// The error of a named expression, at the place that uses the name.
    func within(_ name: String, at location: SourceLocation) -> EvaluationError {
        EvaluationError(Storage(code: code, message: "in '\(name)' (\(self))", location: location))
    }

    static func noOverload(_ function: String, _ arguments: CELValue...) -> EvaluationError {
        EvaluationError(
            .noMatchingOverload,
            "no matching overload for '\(function)' applied to (\(arguments.map(\.type.runtimeName).joined(separator: ", ")))")
    }
}

extension EvaluationError: Hashable {
    package static func == (left: EvaluationError, right: EvaluationError) -> Bool {
        left.code == right.code && left.message == right.message && left.location == right.location
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
    }
}

extension EvaluationError: CustomStringConvertible {
    package var description: String { location.map { "\($0): \(message)" } ?? message }
}
