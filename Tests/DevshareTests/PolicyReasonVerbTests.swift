import Canonical
import Foundation
import TestSupport
import Testing

/// What the command line says of reasons that a policy defines.
@Suite("A policy's own reason on the command line", .fewAtOnce) struct PolicyReasonVerbTests {
    private func file() throws -> String {
        let bundled = try String(
            contentsOf: Program.root.appendingPathComponent("Policies/device-sharing.yaml"), encoding: .utf8)
        return try temporaryFile("reasoned.yaml", ReasonedPolicy.text(bundled))
    }

    @Test("is shown by policy show, with its sentences and what clients are told")
    func show() async throws {
        let shown = try await Program().run("policy", "show", try file())
        #expect(shown.status == 0)
        for text in [
            "policy.alike", "user (identifier), owner (identifier)", "The line of {user} is busy. Try again in an hour.",
            "papers-expired", "CLIENTS ARE TOLD",
        ] { #expect(shown.output.contains(text), "\(text)") }
        let json = try #require(try await Program().json("policy", "show", try file()).first)
        #expect(json["disclosures"] == ["user-closed": "nothing"])
        #expect(json["rejectionDisclosures"]?["card-copied"] == "policy.papers")
        let alike = json["reasons"]?.arrayValue?.first { $0["id"] == "policy.alike" }
        #expect(alike?["disclosedAs"] == "policy.busy" && alike?["parameters"]?["owner"] == "identifier")
    }

    @Test("is explained, and the client reads what is disclosed")
    func explain() async throws {
        let program = try await Program.withDirectory()
        #expect(try await program.run("policy", "activate", try file(), "--actor", "o.perator").status == 0)
        let id = try await program.submit("maria01", "maria02", "DSC-7")
        let facts = try #require(try await program.json("request", "show", id).first?["facts"])
        let text = String(decoding: facts.canonicalBytes(), as: UTF8.self).replacing("maria01", with: "alike-1")
        let explained = try await Program().run(
            "policy", "explain", "--facts", try temporaryFile("facts.json", text), "--policy", try file())
        #expect(explained.output.contains("policy.alike: alike-1 and maria02 are alike."), "\(explained.output)")
        let reads = explained.output.split { $0.isWhitespace }.joined(separator: " ")
        #expect(reads.contains("The client reads: The line of alike-1 is busy. Try again in an hour."), "\(reads)")
    }
}
