import Canonical
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

/// An auditor verifies files that somebody else made. Whatever a file holds, it is genuine or refused.
@Suite("Generated evidence files", .fewAtOnce) struct EvidenceFuzzTests {
    @Test("are refused, unless they say what was signed")
    func mutants() async throws {
        let log = try await AuditedLog.make(rounds: 2)
        let engine = try await SharingEngine.connect(Harness.configuration(log.database))
        let request = try #require(log.requests.first)
        let file = try await EvidenceText.export(engine, EvidenceSelection(streams: [.shareRequest(request)]))
        await engine.log.pool.shutdown()
        let genuine = try Self.events(file, log.key.verifier)
        var refused = 0
        await FuzzRun("evidence").each { random in
            var mutator = TextMutator(
                random: random,
                fragments: ["\"level\":63", "\"hash\":\"\"", "\"end\":", "\"header\":", "\u{2014}", "\n\n", "AAAA"])
            let mutant = mutator.mutate(file)
            switch Result(catching: { try Self.events(mutant, log.key.verifier) }) {
            // Only what changes nothing that counts is still genuine.
            case .success(let events): #expect(events == genuine, "\(random)")
            case .failure(let error):
                #expect(error is EvidenceError, "\(random)")
                refused += 1
            }
        }
        #expect(refused > FuzzRun.usual / 2)
    }

    @Test("are refused where an event has the last version that there can be, and others follow it")
    func lastVersion() async throws {
        let log = try await AuditedLog.make(rounds: 1)
        let engine = try await SharingEngine.connect(Harness.configuration(log.database))
        let request = try #require(log.requests.first)
        let file = try await EvidenceText.export(engine, EvidenceSelection(streams: [.shareRequest(request)]))
        await engine.log.pool.shutdown()
        let text = String(decoding: file, as: UTF8.self)
        let forged = text.replacing("\"version\":1}", with: "\"version\":\(Int32.max)}")
            .replacing("\"version\":1,", with: "\"version\":\(Int32.max),")
        #expect(forged != text)
        #expect(throws: EvidenceError.self) { try Self.events(Array(forged.utf8), log.key.verifier) }
    }

    /// What a genuine file discloses.
    private static func events(_ file: [UInt8], _ key: VerifierKey) throws -> [String] {
        var verifier = EvidenceVerifier(trusting: [key])
        var events: [String] = []
        for line in try EvidenceText.lines(of: file) {
            try verifier.add(line) { events.append("\($0.position) \($0.type) \($0.data)") }
        }
        _ = try verifier.end()
        return events
    }
}
