import Canonical
import DeviceSharing

/// What the web console needs to know.
public struct ConsoleConfiguration: Sendable {
    /// How people sign in.
    public enum SignIn: Sendable {
        /// By choosing one of these, without a proof: for trying and testing, on this machine only.
        case samples([SamplePerson])
        /// At an OpenID Connect provider.
        case provider(OpenIDConfiguration)
    }

    public var signIn: SignIn
    /// Secret under which sessions are sealed, at least 32 bytes. Nil: a new one with each start, so that everybody signs in again.
    public var sessionKey: [UInt8]?
    /// Whether browsers may send the session over TLS alone.
    public var isSecure: Bool
    /// After how long without a request a session ends.
    public var idleTime: Duration = .seconds(1_800)
    /// After how long a session ends in any case.
    public var maximumSession: Duration = .seconds(28_800)
    /// After how long a page's stream ends: the page asks for it anew, if the session still stands.
    public var maximumStreamLength: Duration = .seconds(300)
    package var clock: @Sendable () -> Timestamp = { .now }

    /// Where a provider must send people back to.
    public static let returnPath = "/console/sign-in/return"
    /// Bytes of a secret, at least.
    public static let shortestKey = 32

    public init(signIn: SignIn, sessionKey: [UInt8]? = nil, isSecure: Bool = true) {
        self.signIn = signIn
        self.sessionKey = sessionKey
        self.isSecure = isSecure
    }
}

/// Somebody to be when trying the console out.
public struct SamplePerson: Hashable, Sendable {
    public let name: String
    public let roles: Set<Role>
    public let entity: EntityID?

    public init(name: String, roles: Set<Role>, entity: EntityID? = nil) {
        self.name = name
        self.roles = roles
        self.entity = entity
    }

    /// One for each role that has pages, and a second officer, since some decisions need two.
    public static let all = [
        SamplePerson(name: "h.tan", roles: [.compliance]),
        SamplePerson(name: "m.rossi", roles: [.compliance]),
        SamplePerson(name: "a.novak", roles: [.auditor]),
        SamplePerson(name: "o.lind", roles: [.operator]),
    ]
}
