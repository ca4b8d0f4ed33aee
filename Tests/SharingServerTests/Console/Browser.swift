import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingConsole

/// A browser without scripts: it keeps cookies, and sends forms with what their pages hid in them.
final class Browser: Sendable {
    private struct State {
        var cookies: [String: String] = [:]
        var page = ""
    }

    private let address: String
    private let state = Mutex(State())
    private let language: String

    private static let client = HTTPClient(
        eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    init(_ api: API, language: String = "en") {
        address = "http://127.0.0.1:\(api.port)"
        self.language = language
    }

    /// A browser in which somebody has signed in.
    static func signedIn(_ api: API, as person: String, language: String = "en") async throws -> Browser {
        let browser = Browser(api, language: language)
        try await browser.signIn(as: person)
        return browser
    }

    func signIn(as person: String) async throws {
        try await get(SignInPages.path)
        let reply = try await post(SignInPages.path, [("person", person)])
        try #require(reply.status == 303, "\(reply.text)")
    }

    var cookies: [String: String] {
        get { state.withLock { $0.cookies } }
        set { state.withLock { $0.cookies = newValue } }
    }

    /// A hidden field of the latest page.
    func hidden(_ name: String) -> String? {
        let page = state.withLock { $0.page }
        guard let place = page.firstRange(of: "name=\"\(name)\" value=\"") else { return nil }
        return String(page[place.upperBound...].prefix { $0 != "\"" })
    }

    @discardableResult
    func get(_ path: String, headers: [(String, String)] = []) async throws -> Reply {
        try await send(.GET, path, nil, headers)
    }

    /// Sends a form of the latest page.
    /// - Parameter token: in place of the page's; empty for none.
    @discardableResult
    func post(
        _ path: String, _ fields: [(String, String)] = [], token: String? = nil, headers: [(String, String)] = []
    ) async throws -> Reply {
        var fields = fields
        let token = token ?? hidden(FormCheck.field) ?? ""
        if !token.isEmpty { fields.append((FormCheck.field, token)) }
        if let key = hidden(ConsoleCall.keyField), !fields.contains(where: { $0.0 == ConsoleCall.keyField }) {
            fields.append((ConsoleCall.keyField, key))
        }
        let body = fields.map { "\(QueryString.encoded($0.0))=\(QueryString.encoded($0.1))" }.joined(separator: "&")
        return try await send(.POST, path, body, headers)
    }

    /// The page of a back-test that has ended, which is asked for again as a browser would; the form's own page where it is refused.
    func backtest(_ fields: [(String, String)]) async throws -> Reply {
        let path = "/console/policies/backtest"
        let started = try await post(path, fields)
        guard started.status == 303 else { return started }
        #expect(started.headers.first(name: "Location") == path)
        var page = try await get(path)
        try await eventually("the back-test has ended") {
            guard page.text.contains("http-equiv=\"refresh\"") else { return true }
            page = try await get(path)
            return false
        }
        return page
    }

    /// Where a redirection leads to.
    @discardableResult
    func follow(_ reply: Reply) async throws -> Reply {
        let location = try #require(reply.headers.first(name: "Location"), "\(reply.status) \(reply.text)")
        return try await get(location)
    }

    /// The data of the first events of a stream that has no end.
    func events(_ path: String, first count: Int) async throws -> [String] {
        var request = HTTPClientRequest(url: address + path)
        request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        #expect(response.status == .ok)
        #expect(response.headers.first(name: "Content-Type") == EventStream.mediaType)
        var text = ""
        var events: [String] = []
        for try await chunk in response.body {
            text += String(buffer: chunk)
            while let end = text.firstIndex(of: "\n") {
                if text.hasPrefix("data: ") { events.append(String(text[..<end].dropFirst("data: ".count))) }
                text = String(text[text.index(after: end)...])
            }
            if events.count >= count { break }
        }
        return events
    }

    /// What another server answers.
    static func ask(_ address: String) async throws -> HTTPClientResponse {
        try await client.execute(HTTPClientRequest(url: address), timeout: .seconds(30))
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: String?, _ headers: [(String, String)]) async throws -> Reply
    {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        request.headers.add(name: "Accept-Language", value: language)
        let cookies = cookies
        if !cookies.isEmpty {
            request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: body))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await Self.client.execute(request, timeout: .seconds(30))
        let reply = Reply(
            status: Int(response.status.code), headers: response.headers,
            bytes: Array(buffer: try await response.body.collect(upTo: 64 << 20)))
        state.withLock { state in
            for cookie in response.headers["Set-Cookie"] {
                let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                state.cookies[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
            }
            if reply.text.contains("<html") { state.page = reply.text }
        }
        #expect(!reply.text.contains("⟦"), "\(path) lacks a phrase")
        return reply
    }
}

extension ConsoleConfiguration {
    /// Sample people, over plain HTTP.
    static var samples: ConsoleConfiguration { ConsoleConfiguration(signIn: .samples(SamplePerson.all), isSecure: false) }
}
