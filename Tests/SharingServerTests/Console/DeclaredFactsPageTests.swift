import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import SharingConsole

/// What a policy declares for itself, as officers see it.
@Suite("Inputs and counters on pages", .fewAtOnce) struct DeclaredFactsPageTests {
    private static func policyText() throws -> String {
        func titled(_ line: String, _ title: String) -> String { line.replacing("en: A", with: "en: \(title)") }
        return try Installation.defaultPolicy().asPolicyVersion("2026.9").replacing(
            "\nrules:\n",
            with: """

                inputs:
                \(titled(ExamplePolicy.input("terminalKnown", "boolean, default: false"), "Terminal known"))
                counters:
                \(titled(ExamplePolicy.counter("lent", "count: sharings, of: owner-entity, within: 30d"), "Lent lately"))
                rules:
                \(ExamplePolicy.rule("few", "counter.lent < 9 || input.terminalKnown", otherwise: "review"))

                """)
    }

    @Test("are beside the request with what the decision saw, and among what the policy says")
    func pages() async throws {
        try await API.run(console: .samples) { api in
            _ = try await api.engine.activatePolicy(
                Self.policyText(), as: CommandContext(actor: Actor(id: "operator", role: .operator)))
            let id = try await api.pendingRequest()
            let officer = try await Browser.signedIn(api, as: "h.tan")
            let request = try await officer.get("/console/requests/\(id)").text
            #expect(request.contains("<dt>Counted at the decision</dt><dd>Lent lately: 0<br></dd>"))
            // The portal said nothing.
            let fallback = "<code>false</code> <span class=\"muted small\">not given; this counts instead</span>"
            #expect(request.contains("Terminal known: \(fallback)"))
            let auditor = try await Browser.signedIn(api, as: "a.novak")
            let policies = try await auditor.get("/console/policies").text
            #expect(policies.contains("What the policy has counted"))
            #expect(policies.contains("<td><code>sharings.owner-entity.30d</code></td>"))
            #expect(policies.contains("Terminal known"))
        }
    }
}
