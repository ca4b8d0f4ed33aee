import DeviceSharing
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI
@testable import SharingConsole

/// Every address of the console with every role and none.
@Suite(.fewAtOnce) struct ConsoleRouteTests {
    private static let people: [(name: String, role: DeviceSharing.Role)] = [
        ("h.tan", .compliance), ("a.novak", .auditor), ("o.lind", .operator),
    ]

    @Test func everyRouteAdmitsItsRolesAndNobodyElse() async throws {
        try await API.run(console: .samples) { api in
            let visitor = Browser(api)
            try await visitor.get(SignInPages.path)
            var browsers: [(Browser, DeviceSharing.Role)] = []
            for person in Self.people { browsers.append((try await Browser.signedIn(api, as: person.name), person.role)) }
            for route in ConsoleRouteTable.all where !route.isStream && route.path != "/console/sign-out" {
                let anonymous = try await visitor.send(route)
                switch route.access {
                case .open: #expect(anonymous.status < 500 && anonymous.status != 401 && anonymous.status != 403, "\(route.path)")
                case .roles where route.method == .get && !route.isBackground:
                    #expect(anonymous.status == 303, "\(route.path)")
                    #expect(anonymous.headers.first(name: "Location")?.hasPrefix(SignInPages.path) == true)
                case .roles: #expect(anonymous.status == 401, "\(route.path)")
                }
                guard case .roles(let roles) = route.access else { continue }
                for (browser, role) in browsers {
                    // A page of this session, whatever the role.
                    try await browser.get("/console/nothing")
                    // The first page leads to another one, where the role has one.
                    guard route.path != ConsoleRouteTable.home || Self.hasPages(role) else { continue }
                    let reply = try await browser.send(route)
                    #expect((reply.status == 403) == !roles.contains(role), "\(route.path) as \(role): \(reply.status)")
                    #expect(reply.status < 500, "\(route.path) as \(role)")
                }
            }
        }
    }

    private static func hasPages(_ role: DeviceSharing.Role) -> Bool {
        ConsoleRouteTable.all.contains { route in
            guard route.menu != nil, case .roles(let roles) = route.access else { return false }
            return roles.contains(role)
        }
    }

    /// What a page's policy and a browser's rules protect, it says with every answer.
    @Test func everyAnswerCarriesThePolicy() async throws {
        try await API.run(console: .samples) { api in
            let browser = try await Browser.signedIn(api, as: "h.tan")
            for path in ["/console", "/console/queue", "/console/nothing", "/console/assets/console.css", SignInPages.path] {
                let reply = try await browser.get(path)
                let policy = try #require(reply.headers.first(name: "Content-Security-Policy"))
                for rule in [
                    "default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'",
                    "base-uri 'none'",
                ] {
                    #expect(policy.contains(rule), "\(path)")
                }
                #expect(!policy.contains("unsafe"))
                #expect(reply.headers.first(name: "X-Frame-Options") == "DENY")
                #expect(reply.headers.first(name: "X-Content-Type-Options") == "nosniff")
                #expect(reply.headers.first(name: "Referrer-Policy") == "same-origin")
                #expect(reply.headers.first(name: "X-Request-ID") != nil)
                #expect(
                    reply.headers.first(name: "Cache-Control") == (path.contains("assets") ? "no-cache" : "no-store"), "\(path)")
            }
        }
    }

    @Test func noneOfItIsInTheAPIDocument() throws {
        let document = String(decoding: OpenAPIDocument(routes: RouteTable.all).json.canonicalBytes(), as: UTF8.self)
        #expect(!document.contains("/console"))
    }

    @Test func withoutAConsoleThereIsNothing() async throws {
        try await API.run { api in
            let reply = try await Browser(api).get("/console")
            #expect(reply.status == 404)
            #expect(reply.headers.first(name: "Content-Type") == ProblemDetails.mediaType)
        }
    }

    @Test func whatIsNotThereIsAPageInTheReadersLanguage() async throws {
        try await API.run(console: .samples) { api in
            for (language, words) in [("en", "There is no such page"), ("zh-TW", "沒有此頁面"), ("zh-CN", "没有此页面")] {
                let browser = try await Browser.signedIn(api, as: "h.tan", language: language)
                let reply = try await browser.get("/console/nothing")
                #expect(reply.status == 404)
                #expect(reply.text.contains(words))
                #expect(reply.headers.first(name: "Content-Type") == HTMLPage.mediaType)
            }
        }
    }

    @Test func whatIsAskedForByItsVersionIsKept() async throws {
        try await API.run(console: .samples) { api in
            let browser = Browser(api)
            let page = try await browser.get(SignInPages.path).text
            let address = try #require(page.firstMatch(of: #/"(\/console\/assets\/console\.css\?v=\w+)"/#)).output.1
            let reply = try await browser.get(String(address))
            #expect(reply.status == 200)
            #expect(reply.headers.first(name: "Content-Type") == "text/css; charset=utf-8")
            #expect(reply.headers.first(name: "Cache-Control")?.contains("immutable") == true)
            for path in ["/console/assets/..%2Flayout.mustache", "/console/assets/nothing.css"] {
                #expect(try await browser.get(path).status == 404)
            }
        }
    }
}

extension Browser {
    /// Asks for a route of the table; forms are sent with nothing but their token.
    fileprivate func send(_ route: ConsoleRoute) async throws -> Reply {
        let path = route.path.replacing("{request}", with: "01a20e64-8d78-79a4-8586-66c66fd02001")
            .replacing(#/\{\w+\}/#, with: "nothing")
        return route.method == .post ? try await post(path) : try await get(path)
    }
}
