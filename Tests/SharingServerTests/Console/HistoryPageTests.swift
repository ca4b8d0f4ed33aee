import Canonical
import DeviceSharing
import EligibilityPolicy
import Logging
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import SharingConsole

/// Timelines, the log and the policies.
@Suite(.fewAtOnce) struct HistoryPageTests {
    @Test func aTimelineShowsTheStateAfterEachEvent() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest()
            let auditor = try await Browser.signedIn(api, as: "a.novak")
            let history = try await api.engine.log.history(of: .user(UserID(trusted: "bob")))
            let now = try await auditor.get("/console/users/bob").text
            #expect(now.contains("Event \(history.count) of \(history.count)"))
            #expect(now.contains("<dd>card, new"))
            let first = try await auditor.get("/console/users/bob?at=\(history[0].position)").text
            #expect(first.contains("Event 1 of \(history.count)"))
            #expect(!first.contains("<dd>card"))
            #expect(first.contains("?at=\(history[1].position)\" rel=\"next\" aria-keyshortcuts=\"j\""))
            let byTime = try await auditor.get("/console/users/bob?at=\(history[1].recordedAt)").text
            #expect(byTime.contains("<dd>card"))
            let request = try await auditor.get("/console/requests/\(id)/timeline").text
            #expect(request.contains("The decision, rule by rule:"))
            #expect(request.contains("pending with compliance"))
            #expect(request.contains("device-sharing 2026.3"), "the policy under which it was decided")
            #expect(try await auditor.get("/console/devices/new").text.contains("Digital Security Card+"))
        }
    }

    @Test func aRequestIsShownAsItWas() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest()
            let then = try await api.engine.log.head()
            let officer = try await Browser.signedIn(api, as: "h.tan")
            try await officer.get("/console/requests/\(id)")
            try await officer.post("/console/requests/\(id)/approve")
            let past = try await officer.get("/console/requests/\(id)?at=\(then)").text
            #expect(past.contains("This is how the request stood at position"))
            #expect(past.contains("<span class=\"badge warn\" data-state>pending with compliance</span>"))
            #expect(!past.contains("aria-keyshortcuts=\"a\""), "the past cannot be decided on")
            let now = try await officer.get("/console/requests/\(id)").text
            #expect(now.contains("<span class=\"badge good\" data-state>active</span>"))
        }
    }

    @Test func aRequestInAnArchiveIsGoneAndTheLogSaysWhere() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest()
            #expect(try await api.send(.POST, "/v1/share-requests/\(id)/withdrawal", as: .portal, body: [:]).status == 200)
            let (file, head) = (Digest(sha256: Array("evidence".utf8)), try await api.engine.log.head())
            _ = try await api.engine.perform(
                .detachEvents(file: file, Archive.Run(positions: 1...head.rawValue, headers: [file])),
                as: CommandContext(actor: Actor(id: "operator", role: .operator)))
            let connection = try await api.database.connect()
            try await connection.execute(script: "SELECT devshare.archive_detach(1, 'archive/\(file)', 1, \(head))")
            await connection.close()

            let reply = try await api.send(.GET, "/v1/share-requests/\(id)", as: .portal)
            #expect(reply.status == 410)
            #expect(reply.json["code"] == "data-in-archive")
            let events = try await api.send(.GET, "/v1/share-requests/\(id)/events", as: .auditor)
            #expect(events.json["items"]?.arrayValue?.count == 3)
            #expect(events.json["items"]?.arrayValue?.allSatisfy { $0["data"] == nil && $0["leafHash"] != nil } == true)

            let auditor = try await Browser.signedIn(api, as: "a.novak")
            let page = try await auditor.get("/console/requests/\(id)")
            #expect(page.status == 410)
            #expect(page.text.contains("It is in an archive"))
            let log = try await auditor.get("/console/log").text
            #expect(log.contains("What the event says is in an archive"))
            #expect(log.contains("operator moved data of finished requests at positions 1 to \(head)"))
            #expect(try await auditor.get("/console/log/\(head)").status == 200)
        }
    }

    @Test func theLogIsLookedThroughByTypeStreamActorAndTime() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest()
            let auditor = try await Browser.signedIn(api, as: "a.novak")
            let all = try await auditor.get("/console/log").text
            #expect(all.contains("user/alice") && all.contains("policy/device-sharing"))
            let users = try await auditor.get("/console/log?type=user-registered").text
            #expect(users.contains("user/alice") && !users.contains("policy/device-sharing"))
            let stream = try await auditor.get("/console/log?stream=share-request/\(id)").text
            #expect(stream.contains(id) && !stream.contains("user/alice</code>"))
            #expect(try await auditor.get("/console/log?actor=nobody").text.contains("No event is like this here."))
            #expect(try await auditor.get("/console/log?until=2020-01-01").text.contains("No event is like this here."))
            for bad in ["type=nothing", "stream=nothing", "from=yesterday", "before=x"] {
                #expect(try await auditor.get("/console/log?\(bad)").status == 400, "\(bad)")
            }
            let event = try await auditor.get("/console/log/1").text
            #expect(event.contains("&quot;type&quot;: &quot;policy-activated&quot;"))
            #expect(event.contains("/console/log/2"))

            let officer = try await Browser.signedIn(api, as: "h.tan")
            let requests = try await officer.get("/console/log").text
            #expect(requests.contains(id) && !requests.contains("user/alice</code>"))
            #expect(try await officer.get("/console/log?type=user-registered").status == 400)
            #expect(try await officer.get("/console/log/1").status == 403)
            // From one event of a request to the next, whatever is between them.
            let request = try #require(ShareRequestID(id))
            let first = try #require(try await api.engine.log.history(of: .shareRequest(request)).first)
            let step = try await officer.get("/console/log/\(first.position)").text
            #expect(step.contains("rel=\"next\" aria-keyshortcuts=\"j\"") && !step.contains("rel=\"prev\""))
        }
    }

    @Test func theLogHasPages() async throws {
        try await API.run(console: .samples) { api in
            for number in 0..<60 { try await api.user("user-\(number)", entity: "e") }
            let auditor = try await Browser.signedIn(api, as: "a.novak")
            let first = try await auditor.get("/console/log").text
            let older = try #require(first.firstMatch(of: #/href="([^"]+)" rel="next"/#)).output.1
            let second = try await auditor.get(String(older).replacing("&amp;", with: "&")).text
            #expect(second.contains("user/user-0<") && !second.contains("user/user-59<"))
            #expect(!second.contains("rel=\"next\""))
        }
    }

    @Test func policiesAreToldInWordsAndComparedWithTheOneBefore() async throws {
        try await API.run(console: .samples) { api in
            let stricter = try Installation.defaultPolicy().replacing(
                "deviceMinimumAge: duration('168h')", with: "deviceMinimumAge: duration('336h')"
            ).asPolicyVersion("2026.2")
            _ = try await api.engine.activatePolicy(
                stricter, as: CommandContext(actor: Actor(id: "<b>op</b>", role: .operator)))
            let author = try await Browser.signedIn(api, as: "o.lind")
            let page = try await author.get("/console/policies").text
            #expect(page.contains("<del>duration(&#39;168h&#39;)</del>"))
            #expect(page.contains("The owner has consented"))
            #expect(page.contains("&lt;b&gt;op&lt;/b&gt;") && !page.contains("<b>op"))
            let digest = try #require(api.engine.activePolicy?.digest)
            #expect(try await author.get("/console/policies/\(digest)").text.contains("in force"))
            let tests = try await author.get("/console/policies/tests").text
            #expect(tests.contains("cases pass"))
        }
    }

    @Test func aCandidateIsHeldAgainstThePast() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest()
            let author = try await Browser.signedIn(api, as: "o.lind")
            try await author.get("/console/policies/backtest")
            let candidate = try Installation.defaultPolicy().replacing(
                "deviceMinimumAge: duration('168h')", with: "deviceMinimumAge: duration('1m')")
            let result = try await author.backtest([("candidate", candidate)])
            #expect(result.status == 200)
            #expect(result.text.contains("1 requests decided again: 1 come out otherwise"))
            #expect(result.text.contains("<code>\(id.suffix(8))</code>"))
            Structure.check(result.text, "backtest")
            let bad = try await author.post("/console/policies/backtest", [("candidate", "rules: <script>alert(1)</script>")])
            #expect(bad.status == 422)
            #expect(bad.text.contains("The candidate cannot be used:"))
            #expect(!bad.text.contains("<script>alert"))
            #expect(try await author.post("/console/policies/backtest", []).status == 400)
            #expect(
                try await author.post("/console/policies/backtest", [("candidate", candidate), ("since", "soon")]).status == 400)
            let digest = try #require(api.engine.activePolicy?.digest)
            let same = try await author.backtest([("digest", "\(digest)")])
            #expect(same.text.contains("None comes out otherwise."))
        }
    }

    /// Names that are put together from what the domain has must have words, before a page shows them.
    @Test func everythingThatTheDomainHasIsNamed() throws {
        let console = try Console(.samples, logger: Logger(label: "test"))
        let names =
            EventType.allCases.map { "event.\($0.rawValue)" } + Role.allCases.map { "role.\($0.rawValue)" }
            + IdentityComparison.allCases.map { "identity.\($0.rawValue)" } + EntityKind.allCases.map { "entity.\($0.rawValue)" }
            + ParticipantSide.allCases.map { "side.\($0.rawValue)" } + DecisionMaker.allCases.map { "decider.\($0.rawValue)" }
            + PolicyChange.Kind.allCases.map { "policy-change.\($0.rawValue)" }
            + PolicyChange.Part.allCases.map { "policy-part.\($0)" } + PolicyChange.Aspect.allCases.map { "policy-aspect.\($0)" }
        for name in names { #expect(console.phrases.parameters(of: name)?.isEmpty == true, "\(name)") }
    }
}
