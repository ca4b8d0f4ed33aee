import Canonical
import DeviceSharing
import HTTPEdge
import HTTPTypes
import SharingEngine

/// The parameters and headers of a request, which have the shapes that its route wants.
struct CheckedParameters: Sendable {
    private var texts: [String: [String]] = [:]

    /// Throws `request-invalid` with every one that is wrong, missing or unknown.
    init(path: [String: String], query: String?, headers: HTTPFields, route: Route) throws(ProblemDetails) {
        var problems: [FieldProblem] = []
        let pairs = QueryString.pairs(query ?? "")
        for parameter in route.parameters {
            let place: FieldProblem.Place =
                parameter.place == .header ? .header(parameter.name) : .parameter(parameter.name)
            let given: [String]
            switch parameter.place {
            case .path: given = path[parameter.name].map { [$0] } ?? []
            case .query: given = pairs.filter { $0.name == parameter.name }.map(\.value)
            case .header:
                let lines = HTTPField.Name(parameter.name).map { headers[values: $0] } ?? []
                given = parameter.isFieldList && !lines.isEmpty ? [lines.joined(separator: ", ")] : lines
            }
            if given.isEmpty, parameter.isRequired { problems.append(FieldProblem(place, .missing)) }
            if given.count > 1, !parameter.isList { problems.append(FieldProblem(place, .repeated)) }
            for text in given {
                problems += parameter.schema.problems(of: parameter.schema.value(of: text)).map {
                    FieldProblem(place, $0.kind)
                }
            }
            if !given.isEmpty { texts[parameter.name] = given }
        }
        let known = route.parameters.filter { $0.place == .query }.map(\.name)
        for (name, _) in pairs where !known.contains(name) {
            // The name itself may be anything; it goes back as the caller sent it, in JSON.
            problems.append(FieldProblem(.parameter(String(name.prefix(64))), .unknown))
        }
        guard problems.isEmpty else {
            throw ProblemDetails(.requestInvalid, errors: Array(problems.prefix(FieldProblem.most)))
        }
    }

    func text(_ name: String) -> String? { texts[name]?.first }
    func texts(_ name: String) -> [String] { texts[name] ?? [] }
    func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
    func flag(_ name: String) -> Bool { text(name) == "true" }
    func moment(_ name: String) -> Timestamp? { text(name).flatMap { Timestamp($0) } }
    func identifier<ID: Identifier>(_ name: String) -> ID? { text(name).flatMap { ID($0) } }
    func request(_ name: String) -> ShareRequestID? { text(name).flatMap { ShareRequestID($0) } }

    /// Parameters of the path, which the route has checked.
    func required<Value>(_ name: String, _ value: Value?) throws(FieldProblem) -> Value {
        guard let value else { throw FieldProblem(.parameter(name), .missing) }
        return value
    }

    func user() throws(FieldProblem) -> UserID { try required("user", identifier("user")) }
    func device() throws(FieldProblem) -> DeviceID { try required("device", identifier("device")) }
    func shareRequest() throws(FieldProblem) -> ShareRequestID { try required("request", request("request")) }

    func webhook() throws(FieldProblem) -> WebhookID { try required("webhook", text("webhook").flatMap { WebhookID($0) }) }

    var idempotencyKey: String? { text(Parameter.idempotencyKey.name) }
}

extension Schema {
    /// A parameter's text as the JSON value that it stands for.
    fileprivate func value(of text: String) -> JSONValue {
        switch self {
        case .integer:
            // Digits only: `+1` and ` 1` are other people's notations.
            guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
                let number = Int64(text)
            else { return .string(text) }
            return .integer(number)
        case .boolean:
            switch text {
            case "true": return true
            case "false": return false
            default: return .string(text)
            }
        default: return .string(text)
        }
    }
}
