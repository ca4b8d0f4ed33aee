import Canonical
import DeviceSharing
import Foundation
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// The authorisation server's keys, from a file and from a real HTTP server, as they come and go.
@Suite(.fewAtOnce) struct KeySetTests {
    private let old = DevelopmentKey(identifier: "2025")
    private let new = DevelopmentKey(identifier: "2026")

    /// Keys are looked for whenever there is a reason to.
    private static var eager: ServerLimits {
        var limits = ServerLimits()
        limits.keySetAge = .zero
        limits.keySetInterval = .zero
        return limits
    }

    private func authenticator(_ keys: KeySource, _ limits: ServerLimits) -> Authenticator {
        Authenticator(rules: DevelopmentKey.rules, keys: keys, limits: limits)
    }

    /// A token that nobody has seen before.
    private func bearer(_ key: DevelopmentKey) async throws -> String {
        "Bearer " + (try await key.token(subject: "a", roles: [.portal]))
    }

    private func set(_ keys: DevelopmentKey...) throws -> String {
        var all: [JSONValue] = []
        for key in keys {
            guard case .text(let text) = key.keySet else { continue }
            all += try JSONValue(parsing: text)["keys"]?.arrayValue ?? []
        }
        return String(decoding: JSONValue.object(["keys": .array(all)]).canonicalBytes(), as: UTF8.self)
    }

    @Test func aKeyThatIsNewAtTheURLIsBelievedWithoutARestart() async throws {
        let (before, after) = (try set(old), try set(old, new))
        try await Receiver.listening { _ in
            .status(200, body: before)
        } _: { server async throws in
            var limits = ServerLimits()
            limits.keySetInterval = .zero
            let authenticator = authenticator(.url(server.url), limits)
            #expect(try await authenticator.code(bearer(old)) == "believed")
            #expect(try await authenticator.code(bearer(new)) == "token-invalid")
            server.behave { _ in .status(200, body: after) }
            #expect(try await authenticator.code(bearer(new)) == "believed")
            // What is known is not asked for again.
            let count = server.messages.count
            for key in [old, new, old] { #expect(try await authenticator.code(bearer(key)) == "believed") }
            #expect(server.messages.count == count)
        }
    }

    @Test func tokensWithKeysThatNobodyKnowsDoNotHammerTheURL() async throws {
        let keys = try set(old)
        try await Receiver.listening { _ in
            .status(200, body: keys)
        } _: { server in
            var limits = ServerLimits()
            limits.keySetInterval = .seconds(3_600)
            let authenticator = authenticator(.url(server.url), limits)
            #expect(try await authenticator.code(bearer(old)) == "believed")
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 { group.addTask { try await authenticator.code(bearer(new)) } }
                for try await code in group { #expect(code == "token-invalid") }
            }
            #expect(server.messages.count == 1)
        }
    }

    @Test func whereTheURLIsDownOldKeysGoOnForATime() async throws {
        let keys = try set(old)
        try await Receiver.listening { _ in
            .status(200, body: keys)
        } _: { server in
            var impatient = Self.eager
            impatient.keySetStaleness = .seconds(1)
            let (patient, brief) = (
                authenticator(.url(server.url), Self.eager), authenticator(.url(server.url), impatient)
            )
            for authenticator in [patient, brief] {
                #expect(try await authenticator.code(bearer(old)) == "believed")
            }
            for answer in [Receiver.Answer.status(500), .hangUp, .status(200, body: "nonsense"), .status(200, body: "{}")] {
                server.behave { _ in answer }
                let count = server.messages.count
                // Asked again and again: a call that finds a look for keys under way starts none of its own.
                try await eventually("it has asked for the keys") {
                    let code = try await patient.code(bearer(old))
                    #expect(code == "believed")
                    return server.messages.count > count
                }
            }
            #expect(try await patient.code(bearer(new)) == "token-invalid")
            try await eventually("the other has given its keys up") {
                try await brief.code(bearer(old)) == "token-keys-unavailable"
            }
            server.behave { _ in .status(200, body: keys) }
            try await eventually("it has keys again") { try await brief.code(bearer(old)) == "believed" }
        }
    }

    @Test func aKeyThatIsWithdrawnIsNoLongerBelievedNorAreTokensThatWere() async throws {
        let (before, after) = (try set(old, new), try set(new))
        try await Receiver.listening { _ in
            .status(200, body: before)
        } _: { server in
            let authenticator = authenticator(.url(server.url), Self.eager)
            let token = try await bearer(old)
            #expect(await authenticator.code(token) == "believed")
            server.behave { _ in .status(200, body: after) }
            try await eventually("the token is refused") { await authenticator.code(token) == "token-invalid" }
            #expect(try await authenticator.code(bearer(new)) == "believed")
        }
    }

    @Test func aFileIsReadAgainWhenItChanges() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("jwks-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try set(old).write(to: file, atomically: true, encoding: .utf8)
        var limits = ServerLimits()
        limits.keySetInterval = .zero
        let authenticator = authenticator(.file(file), limits)
        #expect(try await authenticator.code(bearer(old)) == "believed")
        #expect(try await authenticator.code(bearer(new)) == "token-invalid")
        try set(new).write(to: file, atomically: true, encoding: .utf8)
        #expect(try await authenticator.code(bearer(new)) == "believed")
    }

    @Test func withoutAnyKeysNothingIsBelieved() async throws {
        let token = try await bearer(old)
        for source in [
            KeySource.file(URL(fileURLWithPath: "/nowhere/jwks.json")), .text("{\"keys\":[]}"), .url("http://127.0.0.1:9/"),
        ] {
            #expect(await authenticator(source, ServerLimits()).code(token) == "token-keys-unavailable")
        }
    }
}
