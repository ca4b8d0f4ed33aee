import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPTypes

/// An answer that says what went wrong, as RFC 9457 has it.
package struct ProblemDetails: Error, Sendable {
    package enum Code: Hashable, Sendable {
        case service(ServiceProblem)
        case sharing(SharingErrorCode)

        package var rawValue: String {
            switch self {
            case .service(let problem): problem.rawValue
            case .sharing(let code): code.rawValue
            }
        }

        var status: HTTPResponse.Status {
            switch self {
            case .service(let problem): problem.status
            case .sharing(let code): code.status
            }
        }

        /// A page of this server that explains it.
        var page: String { "/problems/\(rawValue)" }

        package static let all: [Code] = SharingErrorCode.allCases.map(Code.sharing) + ServiceProblem.allCases.map(Code.service)
    }

    package let code: Code
    package let status: HTTPResponse.Status
    package var parameters = ErrorParameters.none
    /// Every place that is wrong, where places are.
    var errors: [FieldProblem] = []
    package var headers = HTTPFields()

    package init(_ problem: ServiceProblem, errors: [FieldProblem] = [], headers: HTTPFields = [:]) {
        code = .service(problem)
        status = problem.status
        self.errors = errors
        self.headers = headers
        if let seconds = problem.retryAfter { self.headers[.retryAfter] = String(seconds) }
    }

    init(_ error: SharingError) {
        code = .sharing(error.code)
        status = error.code.status
        parameters = error.parameters
        if let field = error.parameters["field"]?.description, let problem = error.parameters["problem"]?.description {
            errors = [FieldProblem(.pointer("/" + field.replacing(".", with: "/")), .refused(problem))]
        }
    }

    package static let mediaType = "application/problem+json"
}

extension SharingErrorCode {
    /// As HTTP has it: what was asked for has its form and is refused for what it says (422), is not there (404), stands
    /// against what is (409), or is not for the caller (403). What has not even its form is 400, and never gets here.
    package var status: HTTPResponse.Status {
        switch (self, category) {
        case (.idempotencyKeyReused, _): .unprocessableContent
        case (_, .eligibility), (_, .invalid): .unprocessableContent
        case (_, .notFound): .notFound
        case (_, .conflict): .conflict
        case (_, .forbidden): .forbidden
        }
    }
}

extension ProblemDetails {
    /// - Parameter request: the request's id, by which the log has it.
    package func json(_ words: Words, request: String) -> JSONValue {
        let text = words.text(of: code, parameters)
        return .members([
            "type": .string(code.page), "title": .string(text.title), "status": .integer(Int64(status.code)),
            "detail": .string(text.detail), "advice": .string(text.advice), "code": .string(code.rawValue),
            "requestId": .string(request), "parameters": parameters.isEmpty ? nil : parameters.json,
            "errors": errors.isEmpty ? nil : .array(errors.map { $0.json(words.language) }),
        ])
    }
}

extension FieldProblem {
    fileprivate func json(_ language: Language) -> JSONValue {
        var object = JSONObject()
        switch place {
        case .pointer(let pointer): object["pointer"] = .string(pointer)
        // A name that nobody gave may hold anything; no text of ours holds a zero character.
        case .parameter(let name): object["parameter"] = .string(String(name.replacing("\0", with: "\u{FFFD}").prefix(400)))
        case .header(let name): object["header"] = .string(name)
        }
        object["code"] = .string(kind.code)
        object["detail"] = .string(kind.text[language])
        return .object(object)
    }
}
