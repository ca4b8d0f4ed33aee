import Canonical
import HTTPTypes

/// What an operation answers.
struct Answer: Sendable {
    enum Content: Sendable {
        case none
        case json(JSONValue)
        case text(String, mediaType: String)
        /// What is no text.
        case bytes([UInt8])
        /// What became of the lines of an import, made as it is written.
        case importReport(ImportReport)
        /// All users and devices, made as they are written.
        case directoryExport(DirectoryExport)
        /// Written for as long as the client listens.
        case stream(EventStream)
    }

    var status = HTTPResponse.Status.ok
    var headers = HTTPFields()
    var content = Content.none
    /// Whether it holds a secret, and so is not compressed: see `AnswerCompression`.
    var isSecret = false

    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Answer {
        Answer(status: status, headers: headers, content: .json(value))
    }
}
