import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import SharingConsole

/// What officers read of reasons that a policy defines.
@Suite("A policy's own reason on pages", .fewAtOnce) struct PolicyReasonPageTests {
    private static func activate(_ text: String, _ api: API) async throws {
        _ = try await api.engine.activatePolicy(text, as: CommandContext(actor: Actor(id: "operator", role: .operator)))
    }

    /// A request that is held for a reason that is told to portals as another one.
    private static func run(
        language: String = "en", _ body: @Sendable @escaping (API, _ page: String, Browser) async throws -> Void
    ) async throws {
        try await API.run(console: .samples) { api in
            try await activate(ReasonedPolicy.text(Installation.defaultPolicy()), api)
            for user in ["alike-1", "owner"] { try await api.user(user, entity: "e1") }
            try await api.device("card", of: "owner")
            let reply = try await api.send(
                .POST, "/v1/share-requests", as: .portal, body: API.submission("alike-1", "owner", "card"))
            let id = try #require(reply.json["id"]?.stringValue)
            try await body(api, "/console/requests/\(id)", try await Browser.signedIn(api, as: "h.tan", language: language))
        }
    }

    @Test(
        "is on the page of the request, with what portals are told, and in the queue",
        arguments: [
            ("en", "Much like a busy line", "alike-1 and owner are alike.", "Portals are told: The line is busy."),
            ("zh-Hant", "與線路繁忙相似", "alike-1 與 owner 相似。", "入口網站獲告知：線路繁忙。"),
            ("zh-Hans", "与线路繁忙相似", "alike-1 与 owner 相似。", "门户网站获告知：线路繁忙。"),
        ])
    func request(language: String, title: String, detail: String, told: String) async throws {
        try await Self.run(language: language) { _, page, browser in
            let request = try await browser.get(page)
            Structure.check(request.text, page)
            for text in [title, detail, told] { #expect(request.text.contains(text), "\(text)") }
            let queue = try await browser.get("/console/queue").text
            #expect(queue.contains(title) && queue.contains("value=\"policy.alike\""))
            let filtered = try await browser.get("/console/queue?reason=policy.alike").text
            #expect(filtered.contains("alike-1"))
            let other = try await browser.get("/console/queue?reason=policy.busy").text
            #expect(!other.contains("alike-1"))
        }
    }

    @Test("goes by its title in the queue and on the page, also when no policy in force has it any more")
    func gone() async throws {
        try await Self.run { api, page, browser in
            try await Self.activate(Installation.defaultPolicy().asPolicyVersion("2026.6"), api)
            for path in [page, "/console/queue", "/console/users/owner", "/console/desk"] {
                let reply = try await browser.get(path)
                #expect(reply.status == 200 && !reply.text.contains(">policy.alike<"), "\(path)")
            }
            #expect(try await browser.get("/console/queue").text.contains("Much like a busy line"))
        }
    }

    @Test("is on the page of the policy, with its sentence and what portals are told", arguments: ["en", "zh-Hant", "zh-Hans"])
    func policy(language: String) async throws {
        try await Self.run(language: language) { _, _, browser in
            let reply = try await browser.get("/console/policies")
            Structure.check(reply.text, "/console/policies")
            for text in ["policy.watched", "policy.alike", "papers-expired", "user-closed"] { #expect(reply.text.contains(text)) }
            #expect(!reply.text.contains("⟦"))
        }
    }

    @Test("that officers reject for is among those to choose from, and one that the policy has not got is refused")
    func rejection() async throws {
        try await Self.run { api, page, browser in
            #expect(try await browser.get(page).text.contains("The card was copied"))
            let refused = try await browser.follow(try await browser.post(page + "/reject", [("reason", "hearsay")]))
            #expect(refused.text.contains("role=\"alert\""))
            let done = try await browser.follow(try await browser.post(page + "/reject", [("reason", "card-copied")]))
            #expect(done.text.contains("<p>Rejected.</p>") && done.text.contains("The card was copied"))
        }
    }
}
