import Canonical
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SharingConsole

/// Sessions, and the forms that belong to them.
@Suite(.fewAtOnce) struct SessionTests {
    private static let cookie = "devshare-console"

    @Test func whoSignsInComesBackToWhereTheyWantedToGo() async throws {
        try await API.run(console: .samples) { api in
            let browser = Browser(api)
            let wanted = try await browser.get("/console/queue?reason=device-lost")
            #expect(wanted.status == 303)
            let page = try await browser.follow(wanted)
            #expect(page.status == 200)
            let destination = try #require(page.text.matches(of: #/name="to" value="([^"]*)"/#).last).output.1
            let reply = try await browser.post(
                SignInPages.path, [("person", "h.tan"), ("to", String(destination).replacing("&amp;", with: "&"))])
            #expect(reply.headers.first(name: "Location") == "/console/queue?reason=device-lost")
            #expect(try await browser.follow(reply).text.contains("h.tan"))
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "/console//evil.example", "/v1/users",
        "javascript:alert(1)",
        "/consolex", "/console/\r\nSet-Cookie: a=b",
    ])
    func nobodyIsSentElsewhere(_ address: String) {
        #expect(ConsoleRouteTable.localPage(address) == "/console")
    }

    @Test func aNewSessionBeginsWithTheSignIn() async throws {
        try await API.run(console: .samples) { api in
            let browser = Browser(api)
            try await browser.get(SignInPages.path)
            let before = (browser.cookies[Self.cookie], browser.hidden(FormCheck.field))
            try await browser.signIn(as: "h.tan")
            let page = try await browser.get("/console/queue")
            #expect(page.status == 200)
            #expect(browser.cookies[Self.cookie] != before.0)
            #expect(browser.hidden(FormCheck.field) != before.1)
            // Whoever knew the session of before knows nothing of this one.
            let other = Browser(api)
            other.cookies[Self.cookie] = before.0
            #expect(try await other.get("/console/queue").status == 303)
        }
    }

    @Test func theCookieIsKeptFromScriptsAndOtherSites() async throws {
        try await API.run(console: .samples) { api in
            let plain = try await Browser(api).get(SignInPages.path).headers["Set-Cookie"]
            let cookie = try #require(plain.first { $0.hasPrefix(Self.cookie) })
            #expect(cookie.contains("; HttpOnly"))
            #expect(cookie.contains("; SameSite=Lax"))
            #expect(!cookie.contains("Secure"))
        }
        var console = ConsoleConfiguration.samples
        console.isSecure = true
        try await API.run(console: console) { api in
            let secure = try await Browser(api).get(SignInPages.path).headers["Set-Cookie"]
            let cookie = try #require(secure.first { $0.hasPrefix("__Host-" + Self.cookie) })
            #expect(cookie.contains("; Secure"))
            #expect(cookie.contains("; Path=/;"))
        }
    }

    @Test func aChangedCookieIsNone() async throws {
        var console = ConsoleConfiguration.samples
        let secret = Array(repeating: 7 as UInt8, count: ConsoleConfiguration.shortestKey)
        console.sessionKey = secret
        try await API.run(console: console) { api in
            let browser = try await Browser.signedIn(api, as: "h.tan")
            let good = try #require(browser.cookies[Self.cookie])
            for place in stride(from: 0, to: good.utf8.count - 4, by: good.utf8.count / 7) {
                var bytes = Array(good.utf8)
                bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                browser.cookies[Self.cookie] = String(decoding: bytes, as: UTF8.self)
                #expect(try await browser.get("/console/queue").status == 303)
            }
            // Under the same key, but for another purpose.
            let seal = CookieSeal(secret: secret)
            let bytes = try #require(seal.opened(good, for: Self.cookie))
            browser.cookies[Self.cookie] = try seal.sealed(bytes, for: "devshare-notice")
            #expect(try await browser.get("/console/queue").status == 303)
            browser.cookies[Self.cookie] = try seal.sealed(bytes, for: Self.cookie)
            #expect(try await browser.get("/console/queue").status == 200)
        }
    }

    @Test func aSignedOutSessionIsOverWhoeverHasItsCookie() async throws {
        try await API.run(console: .samples) { api in
            let browser = try await Browser.signedIn(api, as: "h.tan")
            try await browser.get("/console/queue")
            let thief = Browser(api)
            thief.cookies = browser.cookies
            #expect(try await thief.get("/console/queue").status == 200)
            try await browser.post("/console/sign-out")
            #expect(try await browser.get("/console/queue").status == 303)
            #expect(try await thief.get("/console/queue").status == 303)
        }
    }

    @Test("A session that was signed out on one server is over on all of them")
    func signOutOnTwoServers() async throws {
        var console = ConsoleConfiguration.samples
        console.sessionKey = Array(repeating: 3, count: 32)
        let (database, configuration) = (try await TestDatabase.migrated(), console)
        try await API.run(database: database, console: configuration) { one in
            try await API.run(database: database, console: configuration) { two in
                let browser = try await Browser.signedIn(one, as: "h.tan")
                try await browser.get("/console/queue")
                let copy = Browser(two)
                copy.cookies = browser.cookies
                #expect(try await copy.get("/console/queue").status == 200)
                try await browser.post("/console/sign-out")
                #expect(try await copy.get("/console/queue").status == 303)
                // The next session of the same person is another one.
                try await copy.signIn(as: "h.tan")
                #expect(try await copy.get("/console/queue").status == 200)
            }
        }
    }

    @Test("Sign-outs are kept until their sessions would have ended")
    func forgottenSignOuts() async throws {
        try await API.run { api in
            let engine = api.engine
            let now = Timestamp.now
            let old = (0..<3).map { _ in UUID() }
            for session in old { try await engine.recordSignOut(of: session, endsAt: now.advanced(by: .seconds(-60))) }
            let current = UUID()
            try await engine.recordSignOut(of: current, endsAt: now.advanced(by: .seconds(3_600)))
            try await engine.recordSignOut(of: current, endsAt: now.advanced(by: .seconds(3_600)))
            for session in old { #expect(try await !engine.isSignedOut(session)) }
            #expect(try await engine.isSignedOut(current))
        }
    }

    @Test func sessionsEndWhenNobodyComesAndInAnyCase() async throws {
        let clock = TestClock(.now)
        var console = ConsoleConfiguration.samples
        console.idleTime = .seconds(600)
        console.maximumSession = .seconds(3_000)
        console.clock = { clock.now }
        try await API.run(console: console) { api in
            let browser = try await Browser.signedIn(api, as: "h.tan")
            // Each page renews it, until the longest time is over.
            for _ in 0..<5 {
                clock.advance(.seconds(500))
                #expect(try await browser.get("/console/queue").status == 200)
            }
            clock.advance(.seconds(599))
            let over = try await browser.get("/console/queue")
            #expect(over.status == 303)
            #expect(over.headers.first(name: "Location")?.contains("expired=yes") == true)
            #expect(try await browser.follow(over).text.contains("Your session is over"))

            try await browser.signIn(as: "h.tan")
            clock.advance(.seconds(601))
            #expect(try await browser.get("/console/queue").status == 303)
        }
    }

    @Test func formsThatAreNotOursAreRefused() async throws {
        try await API.run(console: .samples) { api in
            let browser = try await Browser.signedIn(api, as: "h.tan")
            let other = try await Browser.signedIn(api, as: "m.rossi")
            try await browser.get("/console/queue")
            try await other.get("/console/queue")
            let own = try #require(browser.hidden(FormCheck.field))
            for token in ["", "x", String(own.dropLast()), String(own.reversed()), try #require(other.hidden(FormCheck.field))] {
                let reply = try await browser.post(
                    "/console/language", [("language", "zh-Hans")], token: token.isEmpty ? " " : token)
                #expect(reply.status == 403)
                #expect(reply.text.contains("form-forged"))
                #expect(browser.cookies["devshare-language"] == nil)
                try await browser.get("/console/queue")
            }
            for headers in [
                [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Origin", "https://evil.example")],
                [("Origin", "null")],
            ] {
                #expect(try await browser.post("/console/language", [("language", "zh-Hans")], headers: headers).status == 403)
                try await browser.get("/console/queue")
            }
            let here = [("Origin", "http://127.0.0.1:\(api.port)"), ("Sec-Fetch-Site", "same-origin")]
            #expect(try await browser.post("/console/language", [("language", "zh-Hans")], headers: here).status == 303)
            // Without a session there is no form to send.
            let stranger = Browser(api)
            #expect(try await stranger.post("/console/sign-out", token: own).status == 403)
        }
    }

    @Test func theLanguageIsRemembered() async throws {
        try await API.run(console: .samples) { api in
            let browser = try await Browser.signedIn(api, as: "h.tan")
            #expect(try await browser.get("/console/queue").text.contains("<html lang=\"en\""))
            let reply = try await browser.post(
                "/console/language", [("language", "zh-Hant"), ("to", "/console/queue?a=b")])
            #expect(reply.headers.first(name: "Location") == "/console/queue?a=b")
            for _ in 0..<2 {
                let page = try await browser.get("/console/queue")
                #expect(page.text.contains("<html lang=\"zh-Hant\""))
                #expect(page.headers.first(name: "Content-Language") == "zh-Hant")
                #expect(page.text.contains("等待合規處理"))
            }
            // In the session after this one too.
            try await browser.post("/console/sign-out")
            #expect(try await browser.get(SignInPages.path).text.contains("登入"))
        }
    }

    @Test func momentsAreShownInTheReadersZone() throws {
        let moment = try #require(Timestamp("2026-07-01T20:15:30.5Z"))
        func reader(_ zone: String?) -> Reader {
            PreferenceCookies(cookies: CookieRules(isSecure: false)).reader(zone.map { [.cookie: "devshare-zone=\($0)"] } ?? [:])
        }
        #expect(reader(nil).moment(moment)?["short"] == "2026-07-01 20:15")
        #expect(reader(nil).moment(moment)?["exact"] == "2026-07-01 20:15:30.500000 UTC")
        #expect(reader("Asia/Hong_Kong").moment(moment)?["short"] == "2026-07-02 04:15")
        #expect(reader("Asia/Hong_Kong").moment(moment)?["exact"]?.stringValue?.hasSuffix("UTC+08:00 Asia/Hong_Kong") == true)
        #expect(reader("America/St_Johns").moment(moment)?["exact"]?.stringValue?.contains("UTC-02:30") == true)
        #expect(reader("Not/A_Zone").moment(moment)?["short"] == "2026-07-01 20:15")
        #expect(reader("<script>").moment(moment)?["machine"] == "2026-07-01T20:15:30.500000Z")
    }
}
