import Canonical
import DeviceSharing
import SharingEngine
import TestSupport
import Testing

/// No mouse is touched here: keys go to wherever the focus is.
@Suite("By keyboard alone an officer", .fewAtOnce)
struct KeyboardTests {
    @Test("clears forty pending requests, with at most four keystrokes for each")
    func fortyRequests() async throws {
        try await ConsoleSite.run { site in
            let requests = try await site.pendingRequests(40)
            try await site.browse(as: .officer) { browser in
                try await browser.go("/console/queue")
                var counts: [Int] = []
                var times: [Int64] = []
                for (number, request) in requests.enumerated() {
                    // The first is opened from the queue, each other one from the one before it; every fourth is rejected.
                    var keys: [Key] = number == 0 ? ["j", "o"] : ["j"]
                    try await browser.press(keys, leadingTo: "/console/requests/\(request)")
                    let decision: [Key] = number % 4 == 3 ? ["r", .down, .enter] : ["a", .enter]
                    try await browser.press(decision, leadingTo: "/console/requests/\(request)")
                    keys += decision
                    #expect(try await site.state(of: request) == (number % 4 == 3 ? .rejected : .active))
                    counts.append(keys.count)
                    times.append(try await browser.serverTime())
                }
                #expect(counts.max() ?? 0 <= 4)
                print(
                    """
                    forty requests cleared by keyboard: \(counts.reduce(0, +)) keystrokes, at most \(counts.max() ?? 0) for one; \
                    a page took \(times.sorted()[times.count / 2]) µs in the median
                    """)
            }
        }
    }

    @Test("signs in, finds, claims, notes and decides, and can ask which keys there are")
    func wholeMorning() async throws {
        try await ConsoleSite.run { site in
            let requests = try await site.pendingRequests(3)
            try await Browser.run(at: site.address) { browser in
                try await browser.go("/console")
                // The first control of the page leads past the menu; the people come after the languages.
                try await browser.tab(to: "button[name=person][value='h.tan']")
                try await browser.toNextPage { try await browser.press(.enter) }
                try await browser.press("?")
                try await browser.waits(for: "dialog#keys[open]")
                try await browser.press(.escape)
                #expect(!(try await browser.has("dialog#keys[open]")))

                // Down two rows and up one: the second.
                try await browser.press("j", "j", "j", "k")
                try await browser.toNextPage { try await browser.press("c") }
                #expect(try await site.engine.shareRequest(requests[1]).pending?.claim?.officer == "h.tan")
                // The row is current again, and its request opens with the note's field in focus.
                try await browser.press(["n"], leadingTo: "/console/requests/\(requests[1])")
                try await eventually("the field has the focus") { try await browser.focus() == "TEXTAREA" }
                try await browser.type("ok")
                try await browser.tab(to: "form[action$='/note'] button")
                try await browser.press([.enter], leadingTo: "/console/requests/\(requests[1])")
                #expect(try await browser.text("main").contains("ok"))
                try await browser.press(["a", .enter], leadingTo: "/console/requests/\(requests[1])")
                #expect(try await site.state(of: requests[1]) == .active)

                // Back to the queue, and searching there.
                try await browser.press(["k"], leadingTo: "/console/queue")
                try await browser.press("/")
                try await browser.type("requester-3")
                try await browser.toNextPage { try await browser.press(.enter) }
                #expect(try await browser.queue() == [requests[2]])
            }
        }
    }

    @Test("switches the single letters off, for all pages, and on again")
    func switchedOff() async throws {
        try await ConsoleSite.run { site in
            try await site.pendingRequest()
            try await site.browse(as: .officer) { browser in
                try await browser.go("/console/queue")
                try await browser.press("?")
                try await browser.switchKeys()
                try await browser.go("/console/queue")
                try await browser.press("j", "?")
                #expect(!(try await browser.has("[data-row][aria-current], dialog#keys[open]")))
                try await browser.tab(to: "[data-opens-keys]")
                try await browser.press(.enter)
                try await browser.switchKeys()
                try await browser.press("j")
                try await browser.waits(for: "[data-row][aria-current]")
            }
        }
    }
}

extension Browser {
    /// Presses keys of which the last leads to a page, and waits for that.
    fileprivate func press(_ keys: [Key], leadingTo path: String) async throws {
        try await toNextPage { for key in keys { try await press(key) } }
        try await eventually("at \(path)") { try await self.path().prefix { $0 != "#" && $0 != "?" } == path }
    }

    /// Microseconds from the request for the shown page to its last byte.
    fileprivate func serverTime() async throws -> Int64 {
        let time = try await script(
            """
            const page = performance.getEntriesByType('navigation')[0];
            return Math.round((page.responseEnd - page.requestStart) * 1000);
            """)
        return time.integerValue ?? 0
    }

    /// Switches single letters off or on where the keys are shown, and closes that.
    fileprivate func switchKeys() async throws {
        try await waits(for: "dialog#keys[open]")
        try await tab(to: "#keys-on")
        try await press(.space, .escape)
    }

    /// The kind of element that has the focus.
    fileprivate func focus() async throws -> String? {
        try await script("return document.activeElement && document.activeElement.tagName").stringValue
    }

    /// Presses Tab until an element has the focus.
    fileprivate func tab(to selector: String) async throws {
        for _ in 0..<60 {
            try await press(.tab)
            let isThere = try await script("return document.activeElement.matches(arguments[0])", .string(selector))
            if isThere == true { return }
        }
        Issue.record("Tab does not lead to \(selector)")
    }
}
