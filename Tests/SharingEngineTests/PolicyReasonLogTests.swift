import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("A log with reasons of a policy", .fewAtOnce)
struct PolicyReasonLogTests {
    /// Requests under the bundled policy, then under one with reasons of its own, then under the bundled one again.
    private static func live(_ harness: Harness) async throws -> [ShareRequestID] {
        func submit(_ requester: String) async throws -> ShareRequestID {
            try await harness.user(requester, entity: "entity-of-\(requester)")
            try await harness.user("owner-of-\(requester)", entity: "entity-of-\(requester)")
            try await harness.device("card-of-\(requester)", of: "owner-of-\(requester)")
            let receipt = try await harness.submit(requester, "owner-of-\(requester)", "card-of-\(requester)")
            return try #require(receipt.request?.id as ShareRequestID?)
        }
        var ids = [try await harness.pendingRequest()]
        let text = ReasonedPolicy.text(try Installation.defaultPolicy())
        _ = try await harness.engine.activatePolicy(text, as: Harness.operatorContext)
        for requester in ["watched-1", "alike-1", "busy-1", "barred-1", "plain-1"] { ids.append(try await submit(requester)) }
        for (request, reason) in zip(ids.prefix(4), ["suspected-fraud", "police-inquiry", "card-copied", "papers-expired"]) {
            _ = try await harness.engine.perform(
                .reject(request, reason: reason, note: nil), as: CommandContext(actor: Harness.officer))
        }
        let plain = try Installation.defaultPolicy().asPolicyVersion("2026.6")
        _ = try await harness.engine.activatePolicy(plain, as: Harness.operatorContext)
        ids.append(try await submit("busy-2"))
        return ids
    }

    @Test("decides again as it was, verifies, and rebuilds to the same rows")
    func replay() async throws {
        try await Harness.run { harness in
            _ = try await Self.live(harness)
            let report = try await DecisionReplay(harness.engine.log).run(onDifference: { _ in })
            #expect(report.differences == 0 && report.decisions >= 7)
            #expect(try await ReadModelRebuild(connectionString: harness.database.connectionString).differences().isEmpty)
        }
    }

    @Test("Given a log of before, when it is read, then its decisions have nothing disclosed and its rows say nothing of it")
    func before() async throws {
        try await Harness.run { harness in
            let ids = try await Self.live(harness)
            let old = try #require(ids.first)
            #expect(try await harness.engine.shareRequest(old).decision?.decision().disclosed == nil)
            let row = try #require(try await harness.engine.request(old))
            #expect(row.reasonsForPortals == nil && row.reasons == ["suspected-fraud", "device-recently-activated"])
        }
    }

    @Test("holds in a row what officers know, and apart from it what portals are told")
    func rows() async throws {
        try await Harness.run { harness in
            let ids = try await Self.live(harness)
            var rows: [[String]?] = []
            var told: [[String]?] = []
            for id in ids {
                let row = try #require(try await harness.engine.request(id))
                rows.append(row.reasons)
                told.append(row.reasonsForPortals)
            }
            #expect(
                rows == [
                    ["suspected-fraud", "device-recently-activated"], ["police-inquiry", "policy.watched"],
                    ["card-copied", "policy.alike"], ["papers-expired", "policy.busy"], ["user-closed"], [], [],
                ])
            #expect(
                told == [
                    nil, ["compliance-decision", "reason-not-disclosed"], ["policy.papers", "policy.busy"],
                    ["papers-expired", "policy.busy"], ["reason-not-disclosed"], nil, nil,
                ])
        }
    }

    @Test("is told in stories in every language, with what portals were told", arguments: Language.allCases)
    func story(language: Language) async throws {
        try await Harness.run { harness in
            let ids = try await Self.live(harness)
            let account = try await harness.engine.log.account(of: ids[2], language: language)
            let text = account.sentences.map(\.text).joined(separator: "\n")
            let title = ReasonedPolicy.secrets.first { text.contains($0) && $0.contains(language == .english ? "busy" : "繁忙") }
            #expect(title != nil, "\(text)")
            let told: [Language: String] = [
                .english: "Portals were told: The line is busy.", .traditionalChinese: "獲告知：線路繁忙。",
                .simplifiedChinese: "获告知：线路繁忙。",
            ]
            #expect(text.contains(told[language] ?? "?"), "\(text)")
        }
    }

    @Test("is taken away as evidence that both verifiers accept")
    func evidence() async throws {
        try await Harness.run { harness in
            let ids = try await Self.live(harness)
            let key = SignerKey.generate(name: try KeyName("test.example/log"))
            let sealing = SealingService(harness.engine.log, SealingConfiguration(signers: [key]))
            let head = try await harness.engine.log.head()
            try await eventually("all is sealed") {
                _ = try await sealing.seal()
                return try await harness.engine.log.checkpoint(covering: head) != nil
            }
            var files = [try await EvidenceText.export(harness.engine, EvidenceSelection(positions: 1...head.rawValue))]
            for id in ids {
                files.append(try await EvidenceText.export(harness.engine, EvidenceSelection(streams: [.shareRequest(id)])))
            }
            for file in files {
                var verifier = EvidenceVerifier(trusting: [key.verifier])
                for line in try EvidenceText.lines(of: file) { try verifier.add(line) }
                #expect(try verifier.end().decisions >= 1)
            }
            let python = try PythonVerifier()
            defer { python.remove() }
            let verdicts = try await python.verdicts(
                on: files.map { PythonVerifier.Request(file: $0, keys: [key.verifier.description]) })
            #expect(verdicts.allSatisfy { $0 != nil && $0 != .refused }, "\(verdicts)")
            var options = LogVerification.Options()
            options.keys = [key.verifier]
            let report = try await LogVerification(Harness.configuration(harness.database).settings, options: options).run()
            #expect(report.findings.isEmpty, "\(report.findings)")
        }
    }
}
