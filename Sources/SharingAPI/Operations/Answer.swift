import Canonical
import HTTPEdge
import HTTPTypes
import NIOCore

/// What an operation answers.
struct Answer: Sendable {
    enum Content: Sendable {
        case none
        case json(JSONValue)
        case text(String, mediaType: String)
        /// What is no text.
        case bytes([UInt8])
        /// One JSON object a line, made as they are written.
        case lines(any AsyncSequence<ByteBuffer, any Error> & Sendable)
        /// Written for as long as the client listens.
        case stream(EventStream)
    }

    var status = HTTPResponse.Status.ok
    var headers = HTTPFields()
    var content = Content.none
    /// Whether it holds a secret, and so is not compressed: see `AnswerCompression`.
    var isSecret = false

    /// Of lines, each of them JSON.
    static let linesMediaType = "application/x-ndjson"

    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Answer {
        Answer(status: status, headers: headers, content: .json(value))
    }
}
