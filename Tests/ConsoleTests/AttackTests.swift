import AsyncHTTPClient
import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import TestSupport
import Testing

@Suite("An attack on the console", .fewAtOnce)
struct AttackTests {
    /// Runs wherever a text is not escaped: in an element, in an attribute of either quote, in a script, in an address.
    private static let script =
        #"'"><script>window.attacked=1</script><img src=x onerror="window.attacked=1"></script>{{title}}javascript:alert(1)"#

    @Test("by a script in what people write finds no page on which it runs")
    func storedScript() async throws {
        try await ConsoleSite.run { site in
            let engine = site.engine
            let officer = CommandContext(
                actor: Actor(id: Self.script, role: .compliance), correlation: Self.script, causation: Self.script)
            // Every free text that there is, in requests of every outcome.
            let shown = try await site.pendingRequest("noted", consent: Self.script)
            _ = try await engine.perform(.note(shown, text: Self.script), as: officer)
            _ = try await engine.perform(.claim(shown), as: officer)
            let rejected = try await site.pendingRequest("rejected")
            _ = try await engine.perform(.reject(rejected, reason: "other", note: Self.script), as: officer)
            let approved = try await site.pendingRequest("approved")
            _ = try await engine.perform(.approve(approved, note: Self.script), as: officer)
            let withdrawn = try await site.pendingRequest("withdrawn")
            _ = try await engine.perform(.withdraw(withdrawn, note: Self.script), as: ConsoleSite.portal)
            _ = try await engine.perform(
                .endSharing(approved, reason: .stoppedByCompliance, note: Self.script), as: officer)
            _ = try await engine.perform(
                .deactivateDevice(DeviceID(trusted: "card-rejected"), reason: Self.script), as: ConsoleSite.portal)

            for person in [ConsoleSite.Person.officer, .auditor] {
                try await site.browse(as: person) { browser in
                    for request in [shown, rejected, approved, withdrawn] {
                        let pages = try await ConsolePages(
                            site, ["request": request.description, "device": "card-rejected", "user": "requester-noted"])
                        for page in pages.all where page.isFor(person) {
                            try await browser.go(page.path)
                            #expect(try await browser.script("return window.attacked === undefined") == true, "\(page.path)")
                            #expect(!(try await browser.has("img[src=x]")), "\(page.path)")
                        }
                    }
                    try await browser.go("/console/requests/\(shown)")
                    #expect(try await browser.text("main").contains(Self.script))
                }
            }
        }
    }

    @Test("by a form without our token, or with one made up, changes nothing", arguments: [nil, "", "forged"])
    func forgedForm(token: String?) async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            try await site.browse(as: .officer) { browser in
                try await browser.go("/console/requests/\(request)")
                _ = try await browser.script(
                    """
                    for (const field of document.querySelectorAll('main input[name=form]'))
                        if (arguments[0] === null) field.remove(); else field.value = arguments[0];
                    """, token.map { .string($0) } ?? .null)
                try await browser.click("form[action$='/claim'] button")
                try await browser.waits(for: "main .code")
                #expect(try await browser.text("main .code") == "403")
                #expect(try await site.engine.shareRequest(request).pending?.claim == nil)
            }
        }
    }

    @Test("from another site's page sends a form that is refused, and shows nothing in its frame")
    func otherSite() async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            try await site.browse(as: .officer) { browser in
                let form = """
                    data:text/html,<form method=post action='\(site.address)/console/requests/\(request)/claim'>\
                    <input name=form value=guess><button>Win</button></form><iframe src='\(site.address)/console'></iframe>
                    """
                try await browser.send("POST", "/url", ["url": .string(form)])
                let frame = try await browser.send("POST", "/element", ["using": "css selector", "value": "iframe"])
                try await browser.send("POST", "/frame", ["id": frame])
                #expect(!(try await browser.has("header.bar")))
                try await browser.send("POST", "/frame", ["id": .null])
                try await browser.click("button")
                // The session did not come along, so there is nobody to refuse it to, or it is refused.
                try await eventually("an answer") { try await browser.path().hasPrefix("/console") }
                #expect(try await site.engine.shareRequest(request).pending?.claim == nil)
            }
        }
    }

    @Test("with a session that was planted before the sign-in has nobody's session after it")
    func sessionFixation() async throws {
        try await ConsoleSite.run { site in
            try await Browser.run(at: site.address) { victim in
                try await victim.go("/console/sign-in")
                let planted = try await victim.send("GET", "/cookie").arrayValue ?? []
                #expect(!planted.isEmpty)
                try await victim.signIn(as: .officer)
                try await Browser.run(at: site.address) { attacker in
                    try await attacker.go("/console/sign-in")
                    for cookie in planted {
                        var cookie = cookie.objectValue ?? JSONObject()
                        cookie["expiry"] = JSONValue?.none
                        try await attacker.send("POST", "/cookie", ["cookie": .object(cookie)])
                    }
                    try await attacker.go("/console")
                    #expect(try await attacker.has("button[name=person]"))
                    #expect(!(try await attacker.has("form[action='/console/sign-out']")))
                }
            }
        }
    }
}
