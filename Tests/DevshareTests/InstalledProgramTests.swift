import AsyncHTTPClient
import DeviceSharing
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPEdge
@testable import SharingAPI
@testable import SharingConsole
@testable import devshare

/// Walks everything that the program offers, as it is installed: optimised, and without what tests need of it. Whatever it
/// answers is right here, as long as it answers: a program that a signal ended has status below 0, and a server that has gone
/// answers nothing.
///
/// `make test` names the installed program in `INSTALLED_PROGRAM`; without it the program beside the tests is walked.
@Suite(.fewAtOnce) struct InstalledProgramTests {
    private static let executable: URL =
        ProcessInfo.processInfo.environment["INSTALLED_PROGRAM"].map { URL(fileURLWithPath: $0) } ?? Program.executable

    @Test("Every verb ends by itself: with --help, without arguments, and with ones that mean nothing")
    func verbs() async throws {
        let program = Program(directory: try temporaryFolder())
        func run(_ arguments: [String]) async throws -> Program.Outcome {
            // A database that nobody serves: a verb that wants one says so.
            let outcome = try await program.start(
                arguments + ["--database-url", "postgres://127.0.0.1:1/none"], executable: Self.executable
            ).end()
            #expect(outcome.status >= 0, "\(arguments): \(outcome.error)")
            return outcome
        }
        for words in HelpTests.verbs where words != ["demo"] {
            let help = try await program.start(words + ["--help"], executable: Self.executable).end()
            #expect(help.status == 0 && help.output.contains("USAGE"), "\(words): \(help.error)")
            _ = try await run(words)
            _ = try await run(words + ["\u{1B}[2J", "9223372036854775808", "--limit", "-1", "--json"])
            _ = try await run(words + [Program.root.appendingPathComponent("Policies/device-sharing.yaml").path])
        }
    }

    @Test("Every route answers every role and nobody, with a body and without one")
    func routes() async throws {
        try await served { site in
            var tokens = [String?.none]
            for role in Role.allCases where role != .engine { tokens.append(try await site.server.token(role)) }
            for route in RouteTable.all where !route.isStream {
                for token in tokens {
                    for body in [nil, "", "{}", "[1e999]", "{\"consent\":{\"givenAt\":\"9999-12-31T23:59:60Z\"}}"] {
                        let status = try await site.send(
                            HTTPMethod(rawValue: route.method.rawValue), route.walked, body, token: token)
                        #expect((200..<600).contains(status) && status != 500, "\(route.name) \(status)")
                    }
                }
            }
        }
    }

    /// The type of each error is a link to such a page.
    @Test("Every problem code has its page in every language")
    func problems() async throws {
        try await served { site in
            for language in ["en", "zh-Hant", "zh-Hans"] {
                for code in ProblemDetails.Code.all {
                    let status = try await site.send(.GET, code.page, language: language)
                    #expect(status == 200, "\(code.page) in \(language)")
                }
            }
        }
    }

    @Test("Every page and form of the console answers everybody who may see it, and nobody", arguments: SamplePerson.all)
    func console(person: SamplePerson) async throws {
        try await served { site in
            try await site.signIn(as: person.name)
            for route in ConsoleRouteTable.all where !route.isStream && route.path != "/console/sign-out" {
                let path = route.path.filled
                #expect(try await site.send(HTTPMethod(rawValue: route.method.rawValue), path, signedIn: false) < 500, "\(path)")
                for query in ["", "?limit=-1&state=x&page=9223372036854775808&at=%00"] where route.method == .get {
                    let status = try await site.send(.GET, path + query, signedIn: true)
                    #expect(status < 500, "\(path)\(query)")
                }
                guard route.method == .post else { continue }
                for form in ["", "note=%1B%5B2J&requests=x&policy=%21"] {
                    let status = try await site.send(.POST, path, form, signedIn: true)
                    #expect(status < 500, "\(path)")
                }
            }
        }
    }

    /// Serves, lets `body` walk, and looks at how the server ends.
    private func served(_ body: (Site) async throws -> Void) async throws {
        let (program, _) = try await Program.ready()
        let server = try await ServedProgram.start(on: program, executable: Self.executable)
        try await body(Site(server: server))
        #expect(!server.program.hasEnded, "\(server.program.error)")
        server.program.signal(SIGTERM)
        let outcome = try await server.program.end()
        #expect(outcome.status == 128 + SIGTERM, "\(outcome.error)")
    }
}

extension String {
    /// With something that is not there in each place of a path.
    fileprivate var filled: String {
        replacing("{user}", with: "nobody").replacing("{device}", with: "nothing").replacing("{code}", with: "user-not-found")
            .replacing("{request}", with: "01a20e64-8d78-79a4-8586-66c66fd02001")
            .replacing("{webhook}", with: "01a20e64-8d78-79a4-8586-66c66fd02001")
            .replacing("{level}", with: "0").replacing("{index}", with: "000").replacing(
                "{position}", with: "9223372036854775807"
            )
            .replacing("{digest}", with: String(repeating: "0", count: 64)).replacing("{name}", with: "style.css")
    }
}

extension Route {
    fileprivate var walked: String { path.filled }
}

/// The served program, seen by a client that keeps cookies.
private final class Site {
    let server: ServedProgram
    private var cookies: [String: String] = [:]
    private static let client = HTTPClient(
        eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    init(server: ServedProgram) { self.server = server }

    /// The status of the answer.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, token: String? = nil, language: String = "en",
        signedIn: Bool = false
    ) async throws -> Int {
        var request = HTTPClientRequest(url: server.address + path)
        request.method = method
        request.headers.add(name: "Accept-Language", value: language)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if signedIn {
            request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        }
        if let body {
            let type = path.hasPrefix("/console") ? "application/x-www-form-urlencoded" : "application/json"
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await Self.client.execute(request, timeout: .seconds(30))
        for cookie in response.headers["Set-Cookie"] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
        }
        page = String(buffer: try await response.body.collect(upTo: 64 << 20))
        return Int(response.status.code)
    }

    private var page = ""

    func signIn(as person: String) async throws {
        _ = try await send(.GET, SignInPages.path)
        let form = try #require(page.firstMatch(of: try Regex("name=\"\(FormCheck.field)\" value=\"([^\"]*)\"")))
        let token = form.output[1].substring.map(String.init) ?? ""
        let body = "person=\(person)&\(FormCheck.field)=\(QueryString.encoded(token))"
        let status = try await send(.POST, SignInPages.path, body, signedIn: true)
        try #require(status == 303)
    }
}
