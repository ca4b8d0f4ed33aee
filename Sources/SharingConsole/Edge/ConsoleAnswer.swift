import HTTPEdge
import HTTPTypes

/// What the console answers.
struct ConsoleAnswer: Sendable {
    enum Content: Sendable {
        case none
        case page(String)
        case file(PageAssets.Asset)
        /// The browser asks for this address next.
        case redirection(to: String)
        /// Written for as long as the browser listens.
        case stream(EventStream)
    }

    /// What becomes of the browser's session.
    enum SessionChange: Sendable {
        case kept
        case begun(ConsoleSession)
        case ended
    }

    var status = HTTPResponse.Status.ok
    var headers = HTTPFields()
    var content = Content.none
    var session = SessionChange.kept
    var cookies: [String] = []

    static func redirection(to address: String) -> ConsoleAnswer {
        ConsoleAnswer(status: .seeOther, content: .redirection(to: address))
    }

    static let nothing = ConsoleAnswer(status: .noContent)
}
