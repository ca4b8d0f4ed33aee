import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation
import HTTPEdge
import Logging
import SharingEngine
import SharingLog

/// A request to the console that has been admitted: its form is ours, and whoever sent it has a role for the page.
struct ConsoleCall: Sendable {
    let console: Console
    let backend: ServerDependencies
    let route: ConsoleRoute?
    /// Path and query of the page that is asked for, or that the form was on.
    let address: String
    let session: ConsoleSession
    /// The role in which the person acts here, of those that the route is for.
    let role: Role?
    /// Whose share of slots, streams and room for forms the request counts to.
    let caller: String
    /// The places of the route's path.
    let path: [String: String]
    let query: FormFields
    let form: FormFields
    let reader: Reader
    /// Whom this browser sent to the provider, where it did.
    var pendingSignIn: PendingSignIn?
    /// What the form before this page had to say.
    var notice: Notice?
    /// Of a stream: the last event that the browser has heard of.
    var lastEventID: String?
    let requestID: String
    let traceParent: TraceParent?
    let logger: Logger

    var engine: SharingEngine { backend.engine }
    var principal: Principal? { session.principal }
    /// Who is signed in, as the log has it.
    var officer: String { principal?.subject ?? "" }

    /// Texts of errors, states and kinds of devices.
    var words: Words {
        Words(language: reader.language, messages: backend.messages, policy: engine.activePolicy)
    }

    /// A phrase in the reader's language, filled in.
    func say(_ phrase: String, _ parameters: [String: String] = [:]) -> String {
        if let text = console.phrases.text(phrase, parameters, in: reader.language) { return text }
        logger.error("a phrase is missing", metadata: ["phrase": "\(phrase)"])
        return "⟦\(phrase)⟧"
    }

    /// What `{{>time}}` shows.
    func moment(_ moment: Timestamp?) -> JSONValue? { reader.moment(moment) }

    /// A length of time in the two largest units that it has: `2 d 4 h`.
    func span(_ duration: Duration) -> String {
        let minutes = max(0, Int(duration / .seconds(60)))
        let (days, hours) = (minutes / 1_440, minutes / 60 % 24)
        if days > 0 { return say("time.days", ["days": String(days), "hours": String(hours)]) }
        if hours > 0 { return say("time.hours", ["hours": String(hours), "minutes": String(minutes % 60)]) }
        return say("time.minutes", ["minutes": String(minutes)])
    }

    /// The request that the address names. Throws `route-not-found` where it cannot be one.
    func shareRequest() throws(ProblemDetails) -> ShareRequestID {
        guard let text = path["request"], text.utf8.count == 36, let id = ShareRequestID(text) else {
            throw ProblemDetails(.routeNotFound)
        }
        return id
    }

    /// Carries a command out for the person who is signed in. The same form sent twice is carried out once, unless it is one
    /// that does something again each time.
    func perform(_ command: Command, onceForEachForm: Bool = true) async throws -> Receipt {
        guard let principal, let role else { throw ProblemDetails(.sessionMissing) }
        let key = onceForEachForm ? form.text(Self.keyField).map { principal.scoped($0) + ":" + command.formKey } : nil
        let context = CommandContext(
            actor: principal.actor(as: role), idempotencyKey: key, correlation: requestID,
            traceParent: traceParent)
        return try await engine.perform(command, as: context)
    }

    /// In every form: what tells a second click from a second form.
    static let keyField = "key"
}

extension Command {
    /// What the command says and about what: a form that was changed before it was sent again is another one.
    fileprivate var formKey: String { String(digest.description.prefix(32)) }
}

// MARK: Answers

extension ConsoleCall {
    /// A page.
    /// - Parameters:
    ///   - template: its name without `.mustache`.
    ///   - title: for the browser's tab.
    ///   - seconds: after which the browser asks for the page again, with or without scripts; nil for a page that stays.
    func page(
        _ template: String, title: String, refreshAfter seconds: Int? = nil, _ page: JSONValue
    ) throws -> ConsoleAnswer {
        let html = try console.templates.render(
            template, page, frame: PageFrame(call: self, title: title, refreshAfter: seconds).json,
            words: console.words(reader.language))
        var answer = ConsoleAnswer(content: .page(html))
        if notice != nil { answer.cookies.append(console.notices.forgotten) }
        return answer
    }

    /// A part of a page, for a script that puts it in.
    func part(_ template: String, _ page: JSONValue) throws -> ConsoleAnswer {
        ConsoleAnswer(
            content: .page(
                try console.templates.renderPart(
                    template, page, frame: PageFrame(call: self, title: "").json, words: console.words(reader.language))))
    }

    func redirect(to address: String) -> ConsoleAnswer { .redirection(to: address) }

    /// Back to a page, which says what was done.
    func back(to address: String, done: String) throws -> ConsoleAnswer {
        try back(to: address, Notice(kind: .done, text: done))
    }

    func back(to address: String, _ notice: Notice) throws -> ConsoleAnswer {
        var answer = ConsoleAnswer.redirection(to: ConsoleRouteTable.localPage(address))
        answer.cookies.append(try console.notices.cookie(notice))
        return answer
    }

    /// Where the domain refuses what `body` does, back to the page, which says why and what to do. Throws where there is no page
    /// to go back to, since there is no request.
    func attempt(returningTo address: String, _ body: () async throws -> ConsoleAnswer) async throws -> ConsoleAnswer {
        do {
            return try await body()
        } catch let error as SharingError where error.code != .requestNotFound {
            let text = words.text(of: .sharing(error.code), error.parameters)
            return try back(to: address, Notice(kind: .problem, text: text.detail, advice: text.advice))
        }
    }
}
