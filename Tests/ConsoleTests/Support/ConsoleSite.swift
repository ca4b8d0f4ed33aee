import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import ServerTestSupport
import SharingConsole
import SharingEngine
import SharingLog
import SharingServer
import TestSupport
import Testing

/// A console at work, with people to sign in as and requests to decide on.
struct ConsoleSite: Sendable {
    let server: RunningServer

    var engine: SharingEngine { server.engine }
    var address: String { "http://127.0.0.1:\(server.port)" }

    static func run(
        limits: ServerLimits = .unhurried, _ body: @Sendable @escaping (ConsoleSite) async throws -> Void
    ) async throws {
        let console = ConsoleConfiguration(signIn: .samples(SamplePerson.all), isSecure: false)
        try await RunningServer.run(limits: limits, console: console) { try await body(ConsoleSite(server: $0)) }
    }

    // MARK: People

    /// The sample people, by what they may do.
    enum Person: String, CaseIterable {
        case officer = "h.tan"
        case secondOfficer = "m.rossi"
        case auditor = "a.novak"
        case policyAuthor = "o.lind"
    }

    /// A browser in which somebody has signed in.
    func browse<Value: Sendable>(
        as person: Person, _ options: Browser.Options = Browser.Options(), _ body: (Browser) async throws -> Value
    ) async throws -> Value {
        try await Browser.run(at: address, options) { browser in
            try await browser.signIn(as: person)
            return try await body(browser)
        }
    }

    // MARK: Requests

    static let longAgo = Timestamp.now.advanced(by: .seconds(-400 * 86_400))
    private static let operatorContext = CommandContext(actor: Actor(id: "directory", role: .operator))
    static let portal = CommandContext(actor: Actor(id: "portal", role: .portal))

    func user(_ id: String, entity: String) async throws {
        let record = RecordUser(
            user: UserID(trusted: id), entity: EntityID(trusted: entity), entityKind: .individual, registeredAt: Self.longAgo)
        _ = try await engine.perform(.recordUser(record), as: Self.operatorContext)
    }

    func device(
        _ id: String, of holder: String, kind: DeviceKindID = "dsc-plus", activatedAt: Timestamp = longAgo,
        expiresAt: Timestamp? = nil
    ) async throws {
        let record = RecordDevice(
            device: DeviceID(trusted: id), holder: UserID(trusted: holder), kind: kind, activatedAt: activatedAt,
            expiresAt: expiresAt)
        _ = try await engine.perform(.recordDevice(record), as: Self.operatorContext)
    }

    func submit(_ requester: String, _ owner: String, _ device: String, consent: String = "C-1") async throws -> ShareRequest {
        let command = SubmitShareRequest(
            requester: UserID(trusted: requester), owner: UserID(trusted: owner), device: DeviceID(trusted: device),
            consent: try OwnerConsent(method: "device-challenge", givenAt: engine.now(), reference: consent))
        guard let request = try await engine.perform(.submit(command), as: Self.portal).request else {
            throw SharingError.requestNotFound(command.request)
        }
        return request
    }

    /// A request that waits for compliance, since the device is an hour old.
    @discardableResult
    func pendingRequest(_ name: String = "1", consent: String = "C-1") async throws -> ShareRequestID {
        let (requester, owner, device) = ("requester-\(name)", "owner-\(name)", "card-\(name)")
        try await user(requester, entity: "entity-\(name)")
        try await user(owner, entity: "entity-\(name)")
        try await self.device(device, of: owner, activatedAt: engine.now().advanced(by: .seconds(-3_600)))
        return try await submit(requester, owner, device, consent: consent).id
    }

    func pendingRequests(_ count: Int) async throws -> [ShareRequestID] {
        var requests: [ShareRequestID] = []
        for number in 1...count { requests.append(try await pendingRequest("\(number)")) }
        return requests
    }

    func state(of request: ShareRequestID) async throws -> ShareRequest.State { try await engine.shareRequest(request).state }
}

extension ServerLimits {
    /// Tests come from one address, and are many.
    static var unhurried: ServerLimits {
        var limits = ServerLimits()
        limits.requestsPerSecond = 0
        return limits
    }
}

extension Browser {
    func signIn(as person: ConsoleSite.Person) async throws {
        try await go("/console/sign-in")
        try await click("button[name=person][value='\(person.rawValue)']")
        try await waits(for: "form[action='/console/sign-out']")
    }
}

extension ConsoleSite {
    /// Puts a policy in force under which two officers approve.
    func requireTwoApprovals() async throws {
        let policy = try #require(engine.activePolicy)
        let text = policy.source.replacing(
            "error: device-recently-activated", with: "approvals: 2\n    error: device-recently-activated"
        ).asPolicyVersion("2026.2")
        _ = try await engine.activatePolicy(text, as: Self.operatorContext)
    }
}

extension Browser {
    /// Sends the form of the shown request that does something, and waits for the page that says what came of it.
    func act(_ action: String, becomes kind: String = "done", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await toNextPage { try await click("form[action$='/\(action)'] button") }
        try await waits(for: "main .notice.\(kind)", sourceLocation: sourceLocation)
    }

    /// Does something that leads to another page, and waits until that is there.
    func toNextPage(
        sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async throws {
        let before = try await find("html")
        try await body()
        try await eventually("another page", sourceLocation: sourceLocation) {
            guard let now = try await findAll("html").first else { return false }
            return now != before
        }
    }
}
