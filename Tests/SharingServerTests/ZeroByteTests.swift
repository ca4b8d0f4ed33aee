import Canonical
import DeviceSharing
import TestSupport
import Testing

/// A zero byte is in no text that comes from outside, and nothing acts on a reader's display.
@Suite(.fewAtOnce) struct ZeroByteTests {
    @Test func aTextWithAZeroByteIsRefusedWithItsPlace() async throws {
        try await API.run { api in
            let request = try await api.pendingRequest()
            for (role, path, body, place) in [
                (.compliance, "/v1/share-requests/\(request)/notes", ["text": "a\u{0}b"], "/text"),
                (.portal, "/v1/devices/card/deactivation", ["reason": "\u{0}"], "/reason"),
                (.portal, "/v1/share-requests", API.submission("al\u{0}ice"), "/requester"),
            ] as [(DeviceSharing.Role, String, JSONValue, String)] {
                let reply = try await api.send(.POST, path, as: role, body: body)
                #expect(reply.status == 400, "\(path): \(reply.text)")
                #expect(reply.code == "request-invalid")
                #expect(reply.json["errors"]?.arrayValue?.first?["pointer"]?.stringValue == place, "\(reply.text)")
            }
            for path in [
                "/v1/share-requests?requester=a%00b", "/v1/share-requests?reason=a%00b", "/v1/users/a%00b/candidates",
                "/v1/share-requests?x%00y=1",
            ] {
                #expect([400, 404].contains(try await api.send(.GET, path, as: .portal).status), "\(path)")
            }
            let line = #"{"type":"device","id":"d\u0000","holder":"bob","kind":"dsc-plus"}"#
            let imported = try await api.send(
                .POST, "/v1/directory/import", as: .portal, text: line, headers: [("Content-Type", "application/x-ndjson")])
            #expect(imported.text.contains("request-invalid"), "\(imported.text)")
        }
    }

    @Test func noPageShowsWhatWasRecordedRaw() async throws {
        try await API.run(console: .samples) { api in
            let request = try await api.pendingRequest()
            let hostile = "\u{1B}[2Jline\nline\u{202E}\u{9B}31m\u{2028}\u{7F}\u{2066}"
            let subject = "h\u{202E}nat\u{1B}"
            let note = try await api.send(
                .POST, "/v1/share-requests/\(request)/notes", as: .compliance, subject: subject, body: ["text": .string(hostile)])
            #expect(note.status < 300, "\(note.text)")
            let deactivation = try await api.send(
                .POST, "/v1/devices/card/deactivation", as: .portal, subject: subject, body: ["reason": .string(hostile)])
            #expect(deactivation.status < 300, "\(deactivation.text)")
            for person in ["h.tan", "a.novak"] {
                let browser = try await Browser.signedIn(api, as: person)
                for path in [
                    "/console/queue", "/console/requests/\(request)", "/console/requests/\(request)/timeline",
                    "/console/devices/card", "/console/log", "/console/log/9",
                ] {
                    let reply = try await browser.get(path)
                    guard reply.status == 200 else { continue }
                    #expect(
                        reply.text.withVisibleControls(keeping: ["\n", "\t", "\u{200B}"]) == reply.text, "\(path) to \(person)")
                }
            }
            let browser = try await Browser.signedIn(api, as: "h.tan")
            let page = try await browser.get("/console/requests/\(request)")
            #expect(page.text.contains(#"\u{1B}[2Jline"#))
            // A form that has a zero byte is not taken.
            let refused = try await browser.post("/console/requests/\(request)/note", [("text", "a\u{0}b")])
            #expect(refused.status == 400)
            #expect(try await browser.get("/console/queue?search=a%00b").status == 400)
        }
    }
}
