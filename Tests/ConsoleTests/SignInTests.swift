import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@Suite("Signing in", .fewAtOnce)
struct SignInTests {
    @Test("shows everybody the pages of their role, and no others", arguments: ConsoleSite.Person.allCases)
    func pagesFollowTheRole(person: ConsoleSite.Person) async throws {
        try await ConsoleSite.run { site in
            let pages = try await ConsolePages(site)
            try await site.browse(as: person) { browser in
                #expect(try await browser.text(".who strong") == person.rawValue)
                let menu = try await browser.script(
                    "return Array.from(document.querySelectorAll('nav.menu a'), a => a.getAttribute('href'))")
                let shown = Set(menu.arrayValue?.compactMap(\.stringValue) ?? [])
                #expect(shown == Set(pages.all.filter { $0.isInMenu && $0.isFor(person) }.map(\.path)))
                // What the menu does not show is refused at its address too.
                for page in pages.all where !page.isFor(person) {
                    try await browser.go(page.path)
                    let heading = try await browser.text("main h1")
                    #expect(try await browser.text("main .code") == "403", "\(page.path): \(heading)")
                }
            }
        }
    }

    @Test("is asked of whoever comes without, and leads on to where they wanted to go; signing out ends it")
    func wayInAndOut() async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            try await Browser.run(at: site.address) { browser in
                try await browser.go("/console/requests/\(request)")
                #expect(try await browser.path().hasPrefix("/console/sign-in?"))
                try await browser.click("button[name=person][value='\(ConsoleSite.Person.officer.rawValue)']")
                try await eventually("the page that was asked for") {
                    try await browser.path() == "/console/requests/\(request)"
                }
                try await browser.click("form[action='/console/sign-out'] button")
                try await browser.waits(for: "button[name=person]")
                try await browser.go("/console/requests/\(request)")
                #expect(try await browser.has("button[name=person]"))
            }
        }
    }

    @Test("and all pages come in the reader's language, which is remembered", arguments: Language.allCases)
    func languages(language: Language) async throws {
        try await ConsoleSite.run { site in
            try await site.pendingRequest()
            let pages = try await ConsolePages(site)
            var options = Browser.Options()
            options.language = language
            try await site.browse(as: .officer, options) { browser in
                for page in pages.all where page.isFor(.officer) {
                    try await browser.go(page.path)
                    #expect(try await browser.find("html").attribute("lang") == language.rawValue, "\(page.path)")
                    #expect(!(try await browser.source().contains("⟦")), "\(page.path) lacks a phrase")
                }
                // Another one, chosen in the page, stays.
                let other = try #require(Language.allCases.first { $0 != language })
                try await browser.click("form.languages button[value='\(other.rawValue)']")
                try await browser.waits(for: "html[lang='\(other.rawValue)']")
                try await browser.go("/console")
                #expect(try await browser.find("html").attribute("lang") == other.rawValue)
            }
        }
    }
}
