import Canonical
import DeviceSharing
import EligibilityPolicy

/// A JSON object that has the shape which its route wants, read by typed members.
package struct CheckedBody: Sendable {
    private let object: JSONObject

    package static let empty = CheckedBody(trusted: JSONObject())

    /// Throws `request-invalid` with every place that is wrong.
    package init(_ value: JSONValue, _ schema: ObjectSchema) throws(ProblemDetails) {
        let problems = Schema.object(schema).problems(of: value)
        guard problems.isEmpty, case .object(let object) = value else {
            throw ProblemDetails(.requestInvalid, errors: problems)
        }
        self.object = object
    }

    private init(trusted object: JSONObject) { self.object = object }

    package func optionalText(_ name: String) -> String? { object[name]?.stringValue }

    /// The texts of a list; empty where there is none.
    package func texts(_ name: String) -> [String] { object[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    /// The objects of a list; empty where there is none. The schema has checked their members.
    package func objects(_ name: String) -> [CheckedBody] {
        object[name]?.arrayValue?.compactMap { $0.objectValue.map(CheckedBody.init(trusted:)) } ?? []
    }

    /// The members of an object of any; none where there is none.
    package func anyMembers(_ name: String) -> [(name: String, value: JSONValue)] { object[name]?.objectValue?.members ?? [] }

    package func optionalInteger(_ name: String) -> Int64? { object[name]?.integerValue }

    package func integer(_ name: String) throws(FieldProblem) -> Int64 {
        guard let number = optionalInteger(name) else { throw FieldProblem(.pointer("/" + name), .missing) }
        return number
    }

    package func flag(_ name: String) -> Bool { object[name]?.boolValue ?? false }

    package func text(_ name: String) throws(FieldProblem) -> String {
        guard let text = optionalText(name) else { throw FieldProblem(.pointer("/" + name), .missing) }
        return text
    }

    package func identifier<ID: Identifier>(_ name: String) throws(FieldProblem) -> ID {
        guard let id = ID(try text(name)) else { throw FieldProblem(.pointer("/" + name), .misshapen(.identifier)) }
        return id
    }

    package func optionalMoment(_ name: String) throws(FieldProblem) -> Timestamp? {
        guard let text = optionalText(name) else { return nil }
        guard let moment = Timestamp(text) else { throw FieldProblem(.pointer("/" + name), .misshapen(.moment)) }
        return moment
    }

    package func moment(_ name: String) throws(FieldProblem) -> Timestamp {
        guard let moment = try optionalMoment(name) else { throw FieldProblem(.pointer("/" + name), .missing) }
        return moment
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _: Choice.Type = Choice.self
    ) throws(FieldProblem) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try text(name)) else {
            throw FieldProblem(.pointer("/" + name), .misshapen(.choice(Choice.allCases.map(\.rawValue))))
        }
        return choice
    }

    /// A member that is an object; the schema has checked its members.
    package func object(_ name: String) -> CheckedBody? { object[name]?.objectValue.map(CheckedBody.init(trusted:)) }
}
