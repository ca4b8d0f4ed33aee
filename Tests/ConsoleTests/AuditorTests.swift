import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import TestSupport
import Testing

@Suite("An auditor in the console", .fewAtOnce)
struct AuditorTests {
    private static let officer = CommandContext(actor: Actor(id: "h.tan", role: .compliance))

    @Test("steps through a request's story, and sees the state after each event and at any moment", arguments: [true, false])
    func timeline(hasJavaScript: Bool) async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            _ = try await site.engine.perform(.claim(request), as: Self.officer)
            let before = try site.engine.now()
            _ = try await site.engine.perform(.approve(request, note: "known client"), as: Self.officer)
            var options = Browser.Options()
            options.hasJavaScript = hasJavaScript
            try await site.browse(as: .auditor, options) { browser in
                try await browser.go("/console/requests/\(request)/timeline")
                let history = try await site.engine.log.history(of: .shareRequest(request))
                #expect(try await browser.findAll("ol.story > li").count == history.count)
                #expect(try await browser.text("main").contains("known client"))
                // Back to the first event, one by one.
                for step in (0..<history.count - 1).reversed() {
                    try await browser.toNextPage { try await browser.click("a[rel=prev]") }
                    #expect(try await browser.findAll("ol.story > li").count == step + 1)
                    #expect(try await browser.has("#event-\(history[step].position)[aria-current=step]"))
                }
                #expect(!(try await browser.has("a[rel=prev]")))
                if hasJavaScript {
                    // And by keyboard, one on and one back.
                    for (key, place) in [("j", 1), ("k", 0)] {
                        try await browser.toNextPage { try await browser.press(Key(key)) }
                        try await browser.waits(for: "#event-\(history[place].position)[aria-current=step]")
                    }
                }
                // By moment: before the approval it was claimed and pending.
                try await browser.go("/console/requests/\(request)?at=\(before)")
                #expect(try await browser.text("[data-state]") == "pending with compliance")
                #expect(!(try await browser.has("form[action$='/approve']")))
                try await browser.go("/console/requests/\(request)?at=\(history[0].position)")
                #expect(try await browser.text("[data-state]") == "submitted")
                try await browser.go("/console/requests/\(request)")
                #expect(try await browser.text("[data-state]") == "active")
            }
        }
    }

    @Test("looks through the log with filters, opens an event, and can name its address years later")
    func logExplorer() async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            _ = try await site.engine.perform(.note(request, text: "see case 7"), as: Self.officer)
            try await site.browse(as: .auditor) { browser in
                try await browser.go("/console/log")
                let head = try await site.engine.log.head()
                #expect(try await browser.texts("tbody th").first == "#\(head)")
                try await browser.click("select[name=type] option[value=share-request-noted]")
                try await browser.toNextPage { try await browser.click("main form button") }
                #expect(try await browser.findAll("tbody tr").count == 1)
                #expect(try await browser.path().contains("type=share-request-noted"))
                try await browser.toNextPage { try await browser.click("tbody th a") }
                #expect(try await browser.path() == "/console/log/\(head)")
                #expect(try await browser.text("pre").contains("see case 7"))
                try await browser.toNextPage { try await browser.press("k") }
                #expect(!(try await browser.text("pre").contains("see case 7")))
                try await browser.toNextPage { try await browser.press("j") }
                #expect(try await browser.path() == "/console/log/\(head)")
                for (field, value, count) in [("stream", "user/requester-1", 2), ("actor", "h.tan", 1), ("actor", "nobody", 0)] {
                    try await browser.go("/console/log?\(field)=\(value)")
                    #expect(try await browser.findAll("tbody tr").count == count, "\(field) \(value)")
                }
            }
        }
    }
}
