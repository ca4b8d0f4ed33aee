import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import TestSupport
import Testing

@Suite("The queue in the console", .fewAtOnce)
struct QueueTests {
    private static let otherOfficer = CommandContext(actor: Actor(id: "m.rossi", role: .compliance))

    @Test("is filtered and sorted in the page, by an address that can be passed on", arguments: [true, false])
    func filters(hasJavaScript: Bool) async throws {
        try await ConsoleSite.run { site in
            let requests = try await site.pendingRequests(5)
            _ = try await site.engine.perform(.claim(requests[3]), as: Self.otherOfficer)
            var options = Browser.Options()
            options.hasJavaScript = hasJavaScript
            try await site.browse(as: .officer, options) { browser in
                try await browser.go("/console/queue")
                #expect(try await browser.queue() == requests)
                try await browser.toNextPage { try await browser.find("input[name=find]").type("owner-2\u{E007}") }
                #expect(try await browser.queue() == [requests[1]])
                let address = try await browser.path()
                try await site.browse(as: .secondOfficer) { other in
                    try await other.go(address)
                    #expect(try await other.queue() == [requests[1]])
                }
                for (query, expected) in [
                    ("claim=nobody", [0, 1, 2, 4]), ("claim=others", [3]), ("claim=mine", []), ("escalated=yes", []),
                    ("order=requester", [0, 1, 2, 3, 4]), ("reason=device-recently-activated", [0, 1, 2, 3, 4]),
                    ("reason=identity-mismatch", []), ("find=\(requests[4])", [4]),
                ] {
                    try await browser.go("/console/queue?\(query)")
                    #expect(try await browser.queue() == expected.map { requests[$0] }, "\(query)")
                }
            }
        }
    }

    @Test("is walked page by page")
    func pages() async throws {
        try await ConsoleSite.run { site in
            let requests = try await site.pendingRequests(60)
            try await site.browse(as: .auditor) { browser in
                try await browser.go("/console/queue?order=age")
                var seen = try await browser.queue()
                while let next = try await browser.findAll("a[rel=next]").first {
                    try await browser.toNextPage { try await next.click() }
                    seen += try await browser.queue()
                }
                #expect(seen == requests)
            }
        }
    }

    @Test("takes many requests at once, each with its own result", arguments: [true, false])
    func bulk(hasJavaScript: Bool) async throws {
        try await ConsoleSite.run { site in
            let requests = try await site.pendingRequests(4)
            var options = Browser.Options()
            options.hasJavaScript = hasJavaScript
            try await site.browse(as: .officer, options) { browser in
                try await browser.go("/console/queue")
                for request in requests.prefix(3) { try await browser.click("input[name=request][value='\(request)']") }
                // Somebody is faster with the second.
                _ = try await site.engine.perform(.claim(requests[1]), as: Self.otherOfficer)
                try await browser.toNextPage { try await browser.click("button[name=action][value=claim]") }
                #expect(try await browser.findAll("tr .badge.good").count == 2)
                #expect(try await browser.findAll("tr .badge.bad").count == 1)
                for (place, officer) in ["h.tan", "m.rossi", "h.tan", nil].enumerated() {
                    #expect(try await site.engine.shareRequest(requests[place]).pending?.claim?.officer == officer)
                }

                try await browser.go("/console/queue")
                for request in requests { try await browser.click("input[name=request][value='\(request)']") }
                try await browser.click("#bulk select[name=reason] option[value='suspected-fraud']")
                try await browser.find("#bulk input[name=note]").type("one case")
                try await browser.toNextPage { try await browser.click("button[name=action][value=reject]") }
                #expect(try await browser.findAll("tr .badge.good").count == 3)
                for (place, state) in [ShareRequest.State.rejected, .compliancePending, .rejected, .rejected].enumerated() {
                    #expect(try await site.state(of: requests[place]) == state)
                }
            }
        }
    }

    @Test("shows at once what others do, and moves no row for it")
    func live() async throws {
        try await ConsoleSite.run { site in
            let requests = try await site.pendingRequests(3)
            try await site.browse(as: .officer) { browser in
                try await browser.go("/console/queue")
                try await browser.waits(for: "[role=status][data-live].on")
                try await browser.press("j", "j")
                _ = try await site.engine.perform(.claim(requests[0]), as: Self.otherOfficer)
                _ = try await site.engine.perform(.reject(requests[1], reason: "other", note: nil), as: Self.otherOfficer)
                let later = try await site.pendingRequest("later")
                try await eventually("what the other did is shown") {
                    let rows = try await browser.texts("[data-row]")
                    let isOffered = try await browser.has("[data-new]:not([hidden])")
                    return rows[0].contains("m.rossi") && rows[0].contains("changed") && rows[1].contains("rejected") && isOffered
                }
                // The row under the cursor is still the second, and the new one comes when it is asked for.
                #expect(try await browser.queue() == requests)
                let current = try await browser.script("return document.querySelector('[aria-current=true][data-row]').id")
                #expect(current == .string("row-\(requests[1])"))
                try await browser.toNextPage { try await browser.click("[role=status] [data-new]") }
                #expect(try await browser.queue() == [requests[0], requests[2], later])
            }
        }
    }

    @Test("leaves the focus where it is when the row around it changes")
    func focus() async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            let officer = CommandContext(actor: Actor(id: "h.tan", role: .compliance))
            _ = try await site.engine.perform(.claim(request), as: officer)
            try await site.browse(as: .officer) { browser in
                try await browser.go("/console/queue")
                try await browser.waits(for: "[data-live].on")
                _ = try await browser.script("document.querySelector('button[name=release]').focus()")
                _ = try await site.engine.perform(.note(request, text: "see case 7"), as: officer)
                try await browser.waits(for: "tr.changed")
                #expect(try await browser.script("return document.activeElement.name") == "release")
                // Where the button goes, the row stays.
                _ = try await site.engine.perform(.reject(request, reason: "other", note: nil), as: officer)
                try await browser.waits(for: "tr.changed.decided")
                #expect(try await browser.script("return document.activeElement.matches('tr.decided th a')") == true)
            }
        }
    }
}

extension Browser {
    /// The requests that the queue shows, from top to bottom.
    func queue() async throws -> [ShareRequestID] {
        var requests: [ShareRequestID] = []
        for row in try await findAll("tr[data-request]") {
            if let id = try await row.attribute("data-request").flatMap({ ShareRequestID($0) }) { requests.append(id) }
        }
        return requests
    }
}
