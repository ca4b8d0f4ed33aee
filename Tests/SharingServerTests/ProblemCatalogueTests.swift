import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@testable import HTTPEdge

/// What error codes mean, for programs.
@Suite(.fewAtOnce) struct ProblemCatalogueTests {
    private static let json = [("Accept", "application/json")]

    @Test func everyCodeIsToldAsJSONInEveryLanguage() async throws {
        try await API.run { api in
            let list = try await api.send(.GET, "/problems", headers: Self.json)
            #expect(list.headers.first(name: "Content-Type") == "application/json")
            let items = try #require(list.json["items"]?.arrayValue)
            #expect(items.compactMap { $0["code"]?.stringValue } == ProblemDetails.Code.all.map(\.rawValue))
            for (code, item) in zip(ProblemDetails.Code.all, items) {
                let entry = try await api.send(.GET, code.page, headers: Self.json)
                #expect(entry.status == 200 && entry.json == item, "\(code.rawValue)")
                #expect(item["status"]?.integerValue == Int64(code.status.code), "\(code.rawValue)")
                #expect(item["type"]?.stringValue == code.page)
                for language in Language.allCases {
                    let reply = try await api.send(
                        .GET, code.page, headers: Self.json + [("Accept-Language", language.rawValue)])
                    #expect(reply.headers.first(name: "Content-Language") == language.rawValue)
                    for member in ["title", "detail", "advice"] {
                        let text = try #require(item["texts"]?[language.rawValue]?[member]?.stringValue)
                        #expect(!text.isEmpty, "\(code.rawValue) \(member) \(language.rawValue)")
                        #expect(reply.json[member]?.stringValue == text, "\(code.rawValue) \(member) \(language.rawValue)")
                    }
                }
            }
        }
    }

    @Test func whatComesIsWhatTheReaderLikesBest() async throws {
        try await API.run { api in
            let (page, json) = ("text/html; charset=utf-8", "application/json")
            for (accept, type) in [
                (nil, page), ("*/*", page), ("application/json", json), ("application/*", json), ("text/html", page),
                // A browser, and a library of JavaScript.
                ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", page),
                ("application/json, text/plain, */*", json),
                ("text/html;q=0.5, application/json;q=0.6", json), ("application/json;q=0.1, */*", page),
                ("application/json;q=0", page), ("image/png", page), ("APPLICATION/JSON;q=1.0", json),
            ] {
                let reply = try await api.send(.GET, "/problems/user-not-found", headers: accept.map { [("Accept", $0)] } ?? [])
                #expect(reply.headers.first(name: "Content-Type") == type, "\(accept ?? "none")")
                #expect(reply.headers.first(name: "Vary")?.contains("Accept, Accept-Language") == true)
            }
            let none = try await api.send(.GET, "/problems/no-such-code", headers: Self.json)
            #expect(none.status == 404 && none.code == "problem-not-found")
        }
    }

    @Test func whereAnAnswerHasAValueTheTextHasTheParametersName() async throws {
        try await API.run { api in
            let entry = try await api.send(.GET, "/problems/user-not-found", headers: Self.json).json
            #expect(entry["parameters"]?.arrayValue?.first?["name"] == "user")
            #expect(entry["detail"]?.stringValue?.contains("‹user›") == true)
            #expect(entry["texts"]?["zh-Hans"]?["detail"]?.stringValue?.contains("‹user›") == true)
        }
    }
}
