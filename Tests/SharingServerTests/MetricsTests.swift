import Canonical
import Foundation
import OpenMetrics
import SharingEngine
import SharingServer
import SharingWebhooks
import TestSupport
import Testing

@testable import HTTPEdge

@Suite(.fewAtOnce) struct MetricsTests {
    @Test func requestsAreCountedByRouteAndStatus() async throws {
        try await API.run { api in
            try await api.user("alice", entity: "e1")
            try await api.send(.GET, "/v1/users/nobody", as: .portal)
            try await api.send(.GET, "/nowhere/\(UUID())")
            let reply = try await api.send(
                .GET, "/metrics", as: .operator, headers: [("Accept", "application/openmetrics-text; version=1.0.0")])
            #expect(
                reply.headers.first(name: "Content-Type")
                    == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            let lines = Set(reply.text.split(separator: "\n").map(String.init))
            let count = "devshare_http_request_duration_seconds_count"
            #expect(lines.contains(count + #"{method="PUT",route="/v1/users/{user}",status="201"} 1"#))
            #expect(lines.contains(count + #"{method="GET",route="/v1/users/{user}",status="404"} 1"#))
            #expect(lines.contains(count + #"{method="other",route="unknown",status="404"} 1"#))
            #expect(lines.contains(#"devshare_command_duration_seconds_count{command="record-user",outcome="done"} 1"#))
            #expect(lines.contains("devshare_http_requests_in_flight 1"))
            #expect(reply.text.hasSuffix("# EOF\n"))
            let plain = try await api.send(.GET, "/metrics", as: .operator)
            #expect(plain.headers.first(name: "Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    @Test func aTraceOfTheCallerIsKeptWithTheEvents() async throws {
        try await API.run { api in
            let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            try await api.send(
                .PUT, "/v1/users/alice", as: .portal,
                body: ["entity": "e1", "entityKind": "individual", "registeredAt": .string(API.longAgo)],
                headers: [("traceparent", trace)])
            let events = try await api.send(.GET, "/v1/events?type=user-registered", as: .auditor).json["items"]?
                .arrayValue
            #expect(events?.first?["metadata"]?["traceparent"] == .string(trace))
        }
    }

    @Test(.enabled(if: Promtool.isInstalled)) func prometheusFindsNothingWrong() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission())
            try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission("alice", "bob", "new"))
            let text = try await api.send(.GET, "/metrics", as: .operator).text
            let (status, said) = try await Promtool.run(["check", "metrics"], input: text)
            #expect(status == 0, "\(said)")
            #expect(said.isEmpty)
        }
    }

    @Test func aScrapeSaysWhetherTheServerIsReadyAndWhatTheProcessTakes() async throws {
        try await API.run { api in
            func scrape() async throws -> Set<String> {
                Set(try await api.send(.GET, "/metrics", as: .operator).text.split(separator: "\n").map(String.init))
            }
            let lines = try await scrape()
            #expect(lines.contains("devshare_ready 1"))
            #expect(lines.contains("devshare_database_up 1"))
            #expect(lines.contains(#"devshare_seal_refusals_total{code="log-rewritten"} 0"#))
            #expect(!lines.contains { $0.hasPrefix("devshare_readiness_problem{") })
            for family in ProcessMetrics.families {
                let sample = try #require(lines.first { $0.hasPrefix(family.sampleNames[0] + " ") }, "\(family.name)")
                let value = try #require(sample.split(separator: " ").last.flatMap { Double($0) })
                #expect(value > 0, "\(sample)")
            }
        }
    }

    @Test func everyMetricOfTheDashboardExists() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let dashboard = try JSONValue(
            parsing: Array(Data(contentsOf: root.appendingPathComponent("docs/grafana-dashboard.json"))))
        let families = ServerConfiguration.metricFamilies
        let known = Set(families.flatMap(\.sampleNames))
        var shown: Set<String> = []
        for expression in Self.expressions(in: dashboard) {
            for match in expression.matches(of: /(devshare|process)_[a-z_]+/) { shown.insert(String(match.output.0)) }
        }
        #expect(shown.subtracting(known).isEmpty)
        // And every family is shown.
        #expect(families.filter { shown.isDisjoint(with: $0.sampleNames) }.map(\.name) == [])
    }

    /// Every `expr` and `query`, wherever it is.
    private static func expressions(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { member in
                if ["expr", "query"].contains(member.name), let text = member.value.stringValue { return [text] }
                return expressions(in: member.value)
            }
        case .array(let elements): elements.flatMap(expressions)
        default: []
        }
    }
}
