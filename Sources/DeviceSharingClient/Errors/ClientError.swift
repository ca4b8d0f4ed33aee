import Canonical
import DeviceSharing
import EligibilityPolicy

/// Why a call did not come to what it was for.
public struct ClientError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The server answered with a problem: `problem` says which.
        case refused
        /// No answer came, however often it was tried. A command may have been carried out: repeat it under the same key.
        case unreachable
        /// An answer came that is none of this API.
        case unexpectedAnswer = "unexpected-answer"
    }

    public let code: Code
    public let message: String
    public let problem: ProblemAnswer?

    init(_ code: Code, _ message: String, problem: ProblemAnswer? = nil) {
        self.code = code
        self.message = message
        self.problem = problem
    }

    public var description: String { "\(problem?.code ?? code.rawValue): \(message)" }
}

/// What the server says went wrong (RFC 9457).
public struct ProblemAnswer: Sendable {
    public let status: Int
    /// Stable; one of those at `/problems`.
    public let code: String
    public let title: String
    public let detail: String
    public let advice: String
    public let parameters: ErrorParameters
    /// The request's id, for questions to the operator.
    public let requestID: String?
    /// The whole answer.
    public let json: JSONValue

    /// The code, where it is one of the domain.
    public var sharingCode: SharingErrorCode? { SharingErrorCode(rawValue: code) }

    init?(_ json: JSONValue, status: Int) {
        guard let code = json["code"]?.stringValue, let title = json["title"]?.stringValue else { return nil }
        self.status = status
        self.code = code
        self.title = title
        self.json = json
        detail = json["detail"]?.stringValue ?? title
        advice = json["advice"]?.stringValue ?? ""
        parameters = json["parameters"].flatMap(ErrorParameters.init(json:)) ?? .none
        requestID = json["requestId"]?.stringValue
    }
}
