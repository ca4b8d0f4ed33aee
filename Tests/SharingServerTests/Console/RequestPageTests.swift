import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import SharingConsole

/// The page of one request: what an officer is told before a click, what the click does, and what is said after it.
@Suite(.fewAtOnce) struct RequestPageTests {
    private static let script = "<script>alert(1)</script>"

    /// A server, a request that waits, its page, and an officer who looks at it.
    private static func run(
        officer: String = "h.tan", language: String = "en",
        _ body: @Sendable @escaping (API, _ page: String, Browser) async throws -> Void
    ) async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest()
            try await body(api, "/console/requests/\(id)", try await Browser.signedIn(api, as: officer, language: language))
        }
    }

    @Test func everythingThatIsNeededToDecideIsOnThePage() async throws {
        try await Self.run { _, page, browser in
            let reply = try await browser.get(page)
            #expect(reply.status == 200)
            for text in [
                "alice", "bob", "If you approve now", "<svg class=\"levels\"", "The owner has consented",
                "Digital Security Card+",
                "Nothing has changed", "the same entity", "aria-keyshortcuts=\"a\"", "aria-keyshortcuts=\"j\"",
            ] {
                #expect(reply.text.contains(text), "\(text)")
            }
            #expect(!reply.text.contains("style=\""))
        }
    }

    @Test(arguments: ["en", "zh-TW", "zh-CN"])
    func everyPageIsThereInEachLanguage(_ language: String) async throws {
        try await Self.run(language: language) { _, page, browser in
            let auditor = browser
            for path in [
                page, page + "/timeline", page + "?at=2099-01-01", "/console/users/alice", "/console/devices/card",
                "/console/log", "/console/policies", "/console/policies/tests", "/console/desk", "/console/desk?days=30",
            ] {
                let reply = try await auditor.get(path)
                #expect(reply.status == 200, "\(path): \(reply.status)")
                Structure.check(reply.text, path)
            }
        }
    }

    @Test func anApprovalIsCarriedOutAndSaidSo() async throws {
        try await Self.run { api, page, browser in
            try await browser.get(page)
            let reply = try await browser.post(page + "/approve", [("note", Self.script)])
            #expect(reply.status == 303)
            let after = try await browser.follow(reply)
            #expect(after.text.contains("Approved: the sharing stands."))
            #expect(after.text.contains("&lt;script&gt;alert(1)"))
            #expect(!after.text.contains(Self.script))
            #expect(!after.text.contains("aria-keyshortcuts=\"a\""), "there is nothing left to decide")
            #expect(after.text.contains("aria-keyshortcuts=\"j\""))
            let next = try await browser.get("/console/next")
            #expect(next.headers.first(name: "Location") == QueuePages.path, "nothing else waits")
        }
    }

    @Test func aRejectionNeedsAReasonOfThePolicysList() async throws {
        try await Self.run { _, page, browser in
            try await browser.get(page)
            let refused = try await browser.follow(try await browser.post(page + "/reject", [("reason", "")]))
            #expect(refused.text.contains("role=\"alert\""))
            #expect(refused.text.contains("aria-keyshortcuts=\"a\""), "nothing was done")
            let done = try await browser.follow(
                try await browser.post(page + "/reject", [("reason", "suspected-fraud"), ("note", Self.script)]))
            #expect(done.text.contains("<p>Rejected.</p>"))
            #expect(!done.text.contains(Self.script))
        }
    }

    @Test func anOfficersReasonIsToldByItsTitle() async throws {
        try await Self.run { _, page, browser in
            try await browser.get(page)
            try await browser.post(page + "/reject", [("reason", "suspected-fraud")])
            let rejected = try await browser.get(page).text
            #expect(rejected.contains("rejected the request, for this reason: Fraud is suspected."))
            let others = try await browser.get("/console/users/alice").text
            for reason in ["Fraud is suspected", "The device is new"] {
                #expect(others.contains("<span class=\"badge\">\(reason)</span>"), "\(reason)")
            }
            for path in [page, page + "/timeline", "/console/users/alice"] {
                let text = try await browser.get(path).text
                #expect(!text.contains("suspected-fraud"), "\(path)")
            }
        }
    }

    /// A rule's own title says what is so where it passes.
    @Test func aRuleThatDidNotPassIsToldByWhatIsWrong() async throws {
        try await Self.run { _, page, browser in
            let text = try await browser.get(page).text
            #expect(text.contains("<span class=\"badge warn\">held for compliance</span> <strong>The device is new</strong>"))
            #expect(text.contains("<span class=\"badge good\">passes</span> <strong>The owner has consented</strong>"))
            #expect(!text.contains("The device has been active for a week"))
        }
    }

    @Test func whatSomebodyWritesIsTextWhereverItIsShown() async throws {
        try await Self.run { api, page, browser in
            try await browser.get(page)
            #expect(try await browser.post(page + "/note", [("text", Self.script)]).status == 303)
            let head = try await api.engine.log.head()
            for path in [page, page + "/timeline", "\(page)?at=\(head)", "/console/log", "/console/log/\(head)"] {
                let reply = try await browser.get(path)
                #expect(reply.status == 200, "\(path)")
                #expect(reply.text.contains("&lt;script&gt;"), "\(path)")
                #expect(!reply.text.contains(Self.script), "\(path)")
            }
            let empty = try await browser.follow(try await browser.post(page + "/note", [("text", "  ")]))
            #expect(empty.text.contains("role=\"alert\""))
        }
    }

    @Test func whatTodaysFactsForbidIsSaidBeforeTheClickAndAfterIt() async throws {
        try await Self.run { api, page, browser in
            let now = Timestamp.now
            let reply = try await api.send(
                .PUT, "/v1/devices/temporary", as: .portal,
                body: [
                    "holder": "alice", "kind": "temporary-code",
                    "activatedAt": .string(now.advanced(by: .seconds(-60)).description),
                    "expiresAt": .string(now.advanced(by: .seconds(86_400)).description),
                ])
            #expect(reply.status == 201)
            let before = try await browser.get(page)
            #expect(before.text.contains("facts do not allow it any more"))
            #expect(before.text.contains("device temporary (Temporary code) is in force now"))
            #expect(before.text.contains("Today:"))
            let after = try await browser.follow(try await browser.post(page + "/approve"))
            #expect(after.text.contains("facts did not allow it, so the request was rejected."))
            #expect(after.text.contains("role=\"alert\""))
        }
    }

    @Test func whoClaimsItKeepsOthersAway() async throws {
        try await Self.run { api, page, browser in
            try await browser.get(page)
            let claimed = try await browser.follow(try await browser.post(page + "/claim"))
            #expect(claimed.text.contains("You work on this request now."))
            let other = try await Browser.signedIn(api, as: "m.rossi")
            let seen = try await other.get(page)
            #expect(seen.text.contains("being worked on by another officer"))
            #expect(seen.text.contains("h.tan works on it until 2"))
            #expect(seen.text.contains("aria-keyshortcuts=\"a\" disabled"))
            let refused = try await other.follow(try await other.post(page + "/approve"))
            #expect(refused.text.contains("role=\"alert\""))
            let released = try await browser.follow(try await browser.post(page + "/release"))
            #expect(released.text.contains("The request is back in the queue."))
            #expect(try await other.get(page).text.contains("If you approve now"))
        }
    }

    @Test func whoHasAPartInItIsToldBeforeTheClick() async throws {
        try await Self.run { api, page, browser in
            try await api.user("h.tan", entity: "e1")
            let seen = try await browser.get(page)
            #expect(seen.text.contains("aria-keyshortcuts=\"a\" disabled"))
            let words = try #require(seen.text.firstMatch(of: #/<div class="notice problem"><p>([^<]+)<\/p>/#)).output.1
            let refused = try await browser.follow(try await browser.post(page + "/approve"))
            #expect(refused.text.contains("<p>\(words)</p>"))
            #expect(refused.text.contains("aria-keyshortcuts=\"a\""), "nothing was done")
        }
    }

    @Test func twoApprovalsAreOfTwoOfficers() async throws {
        try await API.run(console: .samples) { api in
            let policy = try Installation.defaultPolicy().replacing(
                "    error: device-recently-activated", with: "    approvals: 2\n    error: device-recently-activated"
            ).asPolicyVersion("2026.2")
            _ = try await api.engine.activatePolicy(
                policy, as: CommandContext(actor: Actor(id: "operator", role: .operator)))
            let page = "/console/requests/\(try await api.pendingRequest())"
            let first = try await Browser.signedIn(api, as: "h.tan")
            #expect(try await first.get(page).text.contains("yours is the first of two approvals"))
            let endorsed = try await first.follow(try await first.post(page + "/approve"))
            #expect(endorsed.text.contains("You gave the first of two approvals."))
            #expect(endorsed.text.contains("aria-keyshortcuts=\"a\" disabled"), "not the same person twice")
            let again = try await first.follow(try await first.post(page + "/approve"))
            #expect(again.text.contains("role=\"alert\""))
            let second = try await Browser.signedIn(api, as: "m.rossi")
            #expect(try await second.get(page).text.contains("<dd>h.tan</dd>"))
            #expect(
                try await second.follow(try await second.post(page + "/approve")).text.contains("Approved: the sharing stands."))
        }
    }

    @Test func auditorsReadAndDoNothing() async throws {
        try await Self.run(officer: "a.novak") { _, page, browser in
            let reply = try await browser.get(page)
            #expect(reply.status == 200)
            #expect(!reply.text.contains("action=\"\(page)/"))
            #expect(try await browser.post(page + "/approve").status == 403)
        }
    }

    @Test func whatIsNotThereIsAPageThatSaysSo() async throws {
        try await Self.run(officer: "a.novak") { _, page, browser in
            for path in [
                "/console/requests/01a20e64-8d78-79a4-8586-66c66fd02001", "/console/requests/nothing", "/console/users/nobody",
                "/console/devices/nothing", "/console/log/99999", "/console/log/0", "/console/log/x", "/console/policies/00",
                page + "?at=1",
            ] {
                let reply = try await browser.get(path)
                #expect(reply.status == 404, "\(path): \(reply.status)")
                #expect(reply.text.contains("<html"), "\(path)")
            }
            for path in [page + "?at=yesterday", "/console/users/alice?at=-1", "/console/devices/card?at=2026-13-01"] {
                let reply = try await browser.get(path)
                #expect(reply.status == 400, "\(path)")
                #expect(reply.text.contains("That is no point in history"))
            }
        }
    }
}

/// What every page must have, without a browser: axe-core says the rest.
enum Structure {
    static func check(_ html: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let levels = html.matches(of: #/<h([1-6])[ >]/#).compactMap { Int($0.output.1) }
        #expect(levels.filter { $0 == 1 }.count == 1, "\(path) has one h1", sourceLocation: sourceLocation)
        for (before, after) in zip(levels, levels.dropFirst()) {
            #expect(after <= before + 1, "\(path) skips a heading", sourceLocation: sourceLocation)
        }
        let ids = html.matches(of: #/ id="([^"]+)"/#).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count, "\(path) has an id twice: \(ids)", sourceLocation: sourceLocation)
        let labels = Set(html.matches(of: #/<label for="([^"]+)"/#).map { String($0.output.1) })
        for field in html.matches(of: #/<(?:input|select|textarea)([^>]*)>/#) where !field.output.1.contains("type=\"hidden\"") {
            let id = field.output.1.firstMatch(of: #/id="([^"]+)"/#).map { String($0.output.1) }
            #expect(id.map(labels.contains) == true, "\(path): \(field.output.0)", sourceLocation: sourceLocation)
        }
        for table in html.matches(of: #/<table[^>]*>\s*<(\w+)/#) {
            #expect(table.output.1 == "caption", "\(path)", sourceLocation: sourceLocation)
        }
        #expect(!html.contains(" style=\"") && !html.contains("onclick"), "\(path)", sourceLocation: sourceLocation)
    }
}
