import Canonical
import HTTPEdge
import HTTPTypes
import SharingEngine

/// Finds sessions in requests, and hands them out.
final class SessionKeeper: Sendable {
    /// What a request shows of its session.
    enum Found: Sendable {
        case none
        case live(ConsoleSession)
        /// There was one, and its time is over.
        case expired
    }

    private static let name = "devshare-console"
    /// How old `seenAt` may become before the browser is told again, as a part of the idle time.
    private static let renewals = 20

    private let configuration: ConsoleConfiguration
    private let seal: CookieSeal
    private let cookies: CookieRules

    init(_ configuration: ConsoleConfiguration, seal: CookieSeal, cookies: CookieRules) {
        self.configuration = configuration
        self.seal = seal
        self.cookies = cookies
    }

    /// The session of a request, as its cookie has it. Whether it was signed out, the database knows.
    func session(in headers: HTTPFields) -> Found {
        guard let text = cookies.value(Self.name, in: headers), let bytes = seal.opened(text, for: Self.name),
            let json = try? JSONValue(parsing: bytes), let session = ConsoleSession(json)
        else { return .none }
        let now = configuration.clock()
        guard now < session.startedAt.advanced(by: configuration.maximumSession),
            now < session.seenAt.advanced(by: configuration.idleTime),
            session.principal.map({ now < $0.expiresAt }) ?? true
        else { return session.principal == nil ? .none : .expired }
        return .live(session)
    }

    /// A new session, for a visitor or for whoever has signed in.
    func begin(_ principal: Principal?) -> ConsoleSession { ConsoleSession(principal, at: configuration.clock()) }

    /// When a session that begins now ends in any case.
    var latestEnd: Timestamp { configuration.clock().advanced(by: configuration.maximumSession) }

    /// The session as of now, where the browser must be told; nil where it need not be yet.
    func renewed(_ session: ConsoleSession) -> ConsoleSession? {
        let now = configuration.clock()
        guard now.duration(since: session.seenAt) > configuration.idleTime / Self.renewals else { return nil }
        var renewed = session
        renewed.seenAt = now
        return renewed
    }

    func cookie(_ session: ConsoleSession) throws -> String {
        cookies.cookie(Self.name, try seal.sealed(session.json.canonicalBytes(), for: Self.name))
    }

    /// Ends a session for good, on every server. Returns what makes the browser forget it. Throws `PostgreSQLError`.
    func end(_ session: ConsoleSession, _ engine: SharingEngine) async throws -> String {
        try await engine.recordSignOut(of: session.id, endsAt: session.startedAt.advanced(by: configuration.maximumSession))
        return cookies.cookie(Self.name, "", seconds: 0)
    }
}
