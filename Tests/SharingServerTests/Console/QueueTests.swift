import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingConsole

/// The queue as officers see and work it, in a browser without scripts.
@Suite(.fewAtOnce) struct QueueTests {
    @Test func aPendingRequestIsShownWithAllThatTellsWhatToDo() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest()
            let browser = try await Browser.signedIn(api, as: "h.tan")
            let page = try await browser.get("/console/queue").text
            for part in [
                "alice", "bob", "new", "Digital Security Card+", "level 30", "The device is new",
                "id=\"row-\(id)\"", "left",
            ] {
                #expect(page.contains(part), "\(part)")
            }
            let traditional = try await Browser.signedIn(api, as: "m.rossi", language: "zh-Hant").get(
                "/console/queue"
            ).text
            #expect(!traditional.contains("The device is new"))
            #expect(traditional.contains("等待合規處理"))
        }
    }

    @Test func anEmptyQueueSaysSo() async throws {
        try await API.run(console: .samples) { api in
            let browser = try await Browser.signedIn(api, as: "h.tan")
            #expect(try await browser.get("/console/queue").text.contains("Nothing waits."))
            #expect(try await browser.get("/console/queue?find=nobody").text.contains("No request fits."))
            #expect(try await browser.get("/console/queue?order=sideways").status == 400)
        }
    }

    @Test func filtersStandInTheAddress() async throws {
        try await API.run(console: .samples) { api in
            let first = try await api.pendingRequest("a")
            let second = try await api.pendingRequest("b")
            let browser = try await Browser.signedIn(api, as: "h.tan")
            let other = try await Browser.signedIn(api, as: "m.rossi")
            try await browser.get("/console/queue")
            try await browser.post("/console/queue", [("claim", first)])
            func shown(_ browser: Browser, _ query: String) async throws -> Set<String> {
                let page = try await browser.get("/console/queue?" + query).text
                return Set([first, second].filter { page.contains("id=\"row-\($0)\"") })
            }
            #expect(try await shown(browser, "") == [first, second])
            #expect(try await shown(browser, "claim=mine") == [first])
            #expect(try await shown(browser, "claim=nobody") == [second])
            #expect(try await shown(browser, "claim=others") == [])
            #expect(try await shown(other, "claim=others") == [first])
            #expect(try await shown(browser, "find=requester-b") == [second])
            #expect(try await shown(browser, "find=card-a") == [first])
            #expect(try await shown(browser, "find=\(second)") == [second])
            // As the page shows it, however it is written.
            #expect(try await shown(browser, "find=\(second.suffix(8))") == [second])
            #expect(try await shown(browser, "find=\(second.suffix(13).uppercased())") == [second])
            #expect(try await shown(browser, "find=\(second.suffix(7))") == [])
            #expect(try await shown(browser, "reason=device-recently-activated") == [first, second])
            #expect(try await shown(browser, "reason=device-lost") == [])
            #expect(try await shown(browser, "escalated=yes") == [])
        }
    }

    @Test func pagesFollowOneAnother() async throws {
        try await API.run(console: .samples) { api in
            var all: Set<String> = []
            for number in 0..<QueueQuery().filter(for: "").limit + 3 {
                all.insert(try await api.pendingRequest("\(number)"))
            }
            let browser = try await Browser.signedIn(api, as: "h.tan")
            var seen: [String] = []
            var next: String? = "/console/queue?order=requester"
            while let address = next {
                let page = try await browser.get(address).text
                seen += page.matches(of: #/data-request="([0-9a-f-]+)"/#).map { String($0.output.1) }
                next = page.firstMatch(of: #/rel="next" href="([^"]+)"/#).map {
                    String($0.output.1).replacing("&amp;", with: "&")
                }
            }
            #expect(seen.count == all.count)
            #expect(Set(seen) == all)
        }
    }

    @Test func claimingAndReleasingComeBackToTheRow() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest("a")
            let browser = try await Browser.signedIn(api, as: "h.tan")
            try await browser.get("/console/queue?claim=nobody")
            let claimed = try await browser.post(
                "/console/queue", [("claim", id), ("back", "/console/queue?claim=nobody")])
            #expect(claimed.headers.first(name: "Location") == "/console/queue?claim=nobody#row-\(id)")
            let page = try await browser.get("/console/queue").text
            #expect(page.contains("You have claimed request"))
            #expect(page.contains("name=\"release\" value=\"\(id)\""))
            // Said once.
            #expect(try await !browser.get("/console/queue").text.contains("You have claimed request"))

            let other = try await Browser.signedIn(api, as: "m.rossi")
            let seen = try await other.get("/console/queue").text
            #expect(seen.contains("h.tan"))
            #expect(!seen.contains("name=\"claim\" value=\"\(id)\""))
            let refused = try await other.post("/console/queue", [("claim", id)])
            #expect(try await other.follow(refused).text.contains("notice problem"))

            try await browser.post("/console/queue", [("release", id)])
            #expect(
                try await browser.get("/console/queue").text.contains("name=\"claim\" value=\"\(id)\""))
        }
    }

    @Test func manyAreDoneAtOnceEachWithItsOwnResult() async throws {
        try await API.run(console: .samples) { api in
            let (first, second) = (try await api.pendingRequest("a"), try await api.pendingRequest("b"))
            let other = try await Browser.signedIn(api, as: "m.rossi")
            try await other.get("/console/queue")
            try await other.post("/console/queue", [("claim", second)])

            let browser = try await Browser.signedIn(api, as: "h.tan")
            try await browser.get("/console/queue")
            let chosen = [("request", first), ("request", second), ("request", first)]
            let without = try await browser.post("/console/queue", chosen + [("action", "reject")])
            #expect(try await browser.follow(without).text.contains("A rejection needs a reason"))
            let none = try await browser.post("/console/queue", [("action", "claim")])
            #expect(try await browser.follow(none).text.contains("No request is chosen"))

            let form =
                chosen + [("action", "reject"), ("reason", "suspected-fraud"), ("note", "two of a kind")]
            let reply = try await browser.post("/console/queue", form)
            #expect(reply.status == 303)
            let page = try await browser.follow(reply).text
            #expect(page.contains("Done: 1 of 2."))
            #expect(page.contains("badge good"))
            #expect(page.contains("badge bad"))
            #expect(
                try await api.engine.shareRequest(try #require(ShareRequestID(first))).state == .rejected)
            #expect(
                try await api.engine.shareRequest(try #require(ShareRequestID(second))).state
                    == .compliancePending)
            // Nobody makes up results.
            #expect(try await browser.get("/console/queue/results?of=x").status == 404)
        }
    }

    @Test func theSameFormTwiceIsCarriedOutOnce() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest("a")
            let browser = try await Browser.signedIn(api, as: "h.tan")
            try await browser.get("/console/queue")
            let key = (ConsoleCall.keyField, try #require(browser.hidden(ConsoleCall.keyField)))
            let form = [("request", id), ("action", "reject"), ("reason", "suspected-fraud"), key]
            for _ in 0..<2 {
                let reply = try await browser.post("/console/queue", form)
                #expect(try await browser.follow(reply).text.contains("Done: 1 of 1."))
            }
            // What was changed before it was sent again is another form.
            let changed = try await browser.post("/console/queue", form + [("note", "again")])
            #expect(try await browser.follow(changed).text.contains("Done: 0 of 1."))
        }
    }

    @Test func aClaimIsRenewedByWhoeverHasIt() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest("a")
            let browser = try await Browser.signedIn(api, as: "h.tan")
            try await browser.get("/console/queue")
            try await browser.post("/console/queue", [("claim", id)])
            // A page has one form for all of them.
            for _ in 0..<2 { #expect(try await browser.post("/console/requests/\(id)/renewal").status == 204) }
            let other = try await Browser.signedIn(api, as: "m.rossi")
            try await other.get("/console/queue")
            #expect(try await other.post("/console/requests/\(id)/renewal").status == 409)
        }
    }

    @Test func anAuditorSeesTheQueueAndDoesNothingToIt() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest("a")
            let browser = try await Browser.signedIn(api, as: "a.novak")
            let page = try await browser.get("/console/queue").text
            #expect(page.contains("id=\"row-\(id)\""))
            #expect(!page.contains("name=\"claim\" value="))
            #expect(!page.contains("id=\"bulk\""))
            #expect(try await browser.post("/console/queue", [("claim", id)]).status == 403)
        }
    }

    @Test func changesAreHeardOfAsTheyHappen() async throws {
        try await API.run(console: .samples) { api in
            let first = try await api.pendingRequest("a")
            let browser = try await Browser.signedIn(api, as: "h.tan")
            let page = try await browser.get("/console/queue").text
            let address = try #require(page.firstMatch(of: #/data-stream="([^"]+)"/#)).output.1.replacing(
                "&amp;", with: "&")
            let id = try #require(ShareRequestID(first))
            _ = try await api.engine.perform(
                .claim(id), as: CommandContext(actor: Actor(id: "m.rossi", role: .compliance)))
            let second = try await api.pendingRequest("b")
            _ = try await api.engine.perform(
                .reject(id, reason: "suspected-fraud", note: nil),
                as: CommandContext(actor: Actor(id: "m.rossi", role: .compliance)))
            // The claim, the new one submitted and held, the rejection.
            let heard = try await browser.events(String(address), first: 4)
            #expect(heard.contains { $0.contains(first) && $0.contains("\"other\"") })
            #expect(heard.contains { $0.contains(second) && $0.contains("\"waits\"") })
            #expect(heard.contains { $0.contains(first) && $0.contains("\"over\"") })

            let row = try await browser.get("/console/queue/rows/\(first)").text
            #expect(row.hasPrefix("<tr"))
            #expect(row.contains("rejected"))
            // Not by its colour alone.
            #expect(row.contains("class=\"changed decided\"") && row.contains(">changed</span>"))
            #expect(!page.contains(">changed</span>"))
        }
    }

    /// What officers and others wrote is shown as they wrote it, and is never a part of the page.
    @Test func storedScriptsAreText() async throws {
        try await API.run(console: .samples) { api in
            let id = try await api.pendingRequest("a")
            let script = "<script>alert(1)</script>\" onfocus=\"x"
            let officer = CommandContext(actor: Actor(id: script, role: .compliance))
            _ = try await api.engine.perform(.claim(try #require(ShareRequestID(id))), as: officer)
            let browser = try await Browser.signedIn(api, as: "h.tan")
            for path in [
                "/console/queue", "/console/queue/rows/\(id)",
                "/console/queue?find=\(QueryString.encoded(script))",
            ] {
                let page = try await browser.get(path).text
                #expect(!page.contains("<script>alert"), "\(path)")
                #expect(!page.contains("\" onfocus=\""), "\(path)")
                #expect(page.contains("&lt;script&gt;alert(1)"), "\(path)")
            }
        }
    }
}
