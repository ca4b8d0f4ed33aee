import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import SharingConsole

/// Every page that a role can see, and every link on it.
@Suite(.fewAtOnce) struct LinkTests {
    private static let people: [(String, DeviceSharing.Role)] = [
        ("h.tan", .compliance), ("a.novak", .auditor), ("o.lind", .operator),
    ]

    @Test(arguments: people)
    func noLinkLeadsToARefusal(_ person: String, _ role: DeviceSharing.Role) async throws {
        try await API.run(console: .samples) { api in
            let request = try await Self.fill(api)
            var crawl = Crawl(try await Browser.signedIn(api, as: person))
            let values = [
                "request": request, "user": "requester-a", "device": "card-a", "position": "1",
                "digest": try #require(api.engine.activePolicy).digest.description,
            ]
            for page in Self.pages(of: role, values) { try await crawl.open(page) }
            // What only a form leads to.
            if role == .compliance {
                try await crawl.send("/console/queue", [("request", request), ("action", "claim")])
            } else {
                let candidate = try Self.policy(deviceMinimumAge: "1m")
                try await crawl.send("/console/policies/backtest", [("candidate", candidate)])
            }
            try await crawl.follow()

            let places = ["/console/requests/", "/console/users/", "/console/devices/", "/console/log/", "/console/policies/"]
            for place in places {
                let isLinked = crawl.links.keys.contains { $0.hasPrefix(place) }
                #expect(isLinked == (role != .operator || place == "/console/policies/"), "\(place)")
            }
            #expect((crawl.links["/console/policies/backtest"] != nil) == (role != .compliance))
        }
    }

    /// Requests that were decided each way, two policies, and a request that waits, which it returns.
    private static func fill(_ api: API) async throws -> String {
        let officer = CommandContext(actor: Actor(id: "m.rossi", role: .compliance))
        let approved = try #require(ShareRequestID(try await api.pendingRequest("b")))
        _ = try await api.engine.perform(.claim(approved), as: officer)
        _ = try await api.engine.perform(.approve(approved, note: "known client"), as: officer)
        let rejected = try #require(ShareRequestID(try await api.pendingRequest("c")))
        _ = try await api.engine.perform(.reject(rejected, reason: "suspected-fraud", note: nil), as: officer)
        _ = try await api.engine.activatePolicy(
            policy(deviceMinimumAge: "336h"), as: CommandContext(actor: Actor(id: "operator", role: .operator)))
        return try await api.pendingRequest("a")
    }

    private static func policy(deviceMinimumAge age: String) throws -> String {
        try Installation.defaultPolicy().replacing("duration('168h')", with: "duration('\(age)')")
            .asPolicyVersion("2026.2")
    }

    /// The addresses of the table that are for a role.
    private static func pages(of role: DeviceSharing.Role, _ values: [String: String]) -> [String] {
        let routes = ConsoleRouteTable.all.filter { route in
            guard case .roles(let roles) = route.access, route.method == .get else { return false }
            return roles.contains(role) && !route.isStream && !route.isBackground
        }
        return routes.map { route in
            values.reduce(route.path) { path, value in path.replacing("{\(value.key)}", with: value.value) }
        }
    }
}

/// Goes wherever links lead.
private struct Crawl {
    private let browser: Browser
    /// Each link, with a page that has it.
    private(set) var links: [String: String] = [:]
    private var ahead: [String] = []

    init(_ browser: Browser) { self.browser = browser }

    /// Takes up the links of a page, which itself may be anything.
    mutating func open(_ page: String) async throws { read(try await browser.get(page), at: page) }

    /// Takes up the links of what a form of a page answers.
    mutating func send(_ page: String, _ fields: [(String, String)]) async throws {
        try await browser.get(page)
        let reply = try await browser.post(page, fields)
        #expect([200, 303].contains(reply.status), "\(page)")
        read(reply, at: page)
    }

    /// Opens every link, and every link of what it finds there.
    mutating func follow() async throws {
        while let link = ahead.popLast() {
            let reply = try await browser.get(link)
            #expect([200, 303].contains(reply.status), "\(link) at \(links[link] ?? ""): \(reply.status)")
            read(reply, at: link)
        }
    }

    private mutating func read(_ reply: Reply, at page: String) {
        var found = reply.text.matches(of: #/href="(\/[^"#]*)/#).map { String($0.output.1).replacing("&amp;", with: "&") }
        if let place = reply.headers.first(name: "Location") { found.append(String(place.prefix { $0 != "#" })) }
        for link in found where links[link] == nil {
            links[link] = page
            ahead.append(link)
        }
    }
}
