import Canonical
import DeviceSharing
import EventLog
import Foundation
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct EvidenceTests {
    private static func verify(_ file: [UInt8], _ key: VerifierKey) throws -> EvidenceVerifier.Report {
        var verifier = EvidenceVerifier(trusting: [key])
        for line in try EvidenceText.lines(of: file) { try verifier.add(line) }
        return try verifier.end()
    }

    private static func code(_ file: [UInt8], _ key: VerifierKey) -> EvidenceError.Code? {
        do {
            _ = try verify(file, key)
            return nil
        } catch {
            return (error as? EvidenceError)?.code
        }
    }

    /// Random selections of a log's events: runs, requests, both.
    private static func selection(_ log: AuditedLog, head: Int, _ random: inout SeededGenerator) -> EvidenceSelection {
        var selection = EvidenceSelection()
        let first = random.below(head) + 1
        if !random.once(in: 3) { selection.positions = Int64(first)...Int64(first + random.below(head - first + 1)) }
        if random.once(in: 2) { selection.streams.append(.shareRequest(random.pick(log.requests))) }
        if random.once(in: 3) || selection.positions == nil && selection.streams.isEmpty {
            selection.streams.append(.user(UserID(trusted: "b\(random.below(3))")))
        }
        return selection
    }

    @Test func aRequestIsProvedByItselfWithItsPolicy() async throws {
        let log = try await AuditedLog.make(rounds: 3)
        let engine = try await SharingEngine.connect(Harness.configuration(log.database))
        let request = try #require(log.requests.first)
        let file = try await EvidenceText.export(engine, EvidenceSelection(streams: [.shareRequest(request)]))
        let report = try Self.verify(file, log.key.verifier)
        #expect(report.decisions == 1)
        #expect(report.ledger == "default")
        #expect(report.checkpoint?.origin == "test.example/log")
        let text = String(decoding: file, as: UTF8.self)
        let others = log.requests.dropFirst().filter { text.contains($0.description) }
        #expect(others.isEmpty, "what was not asked for is not disclosed")
        await engine.log.pool.shutdown()
    }

    @Test func anExportOfEverythingHasNoHashes() async throws {
        let log = try await AuditedLog.make(rounds: 2)
        let engine = try await SharingEngine.connect(Harness.configuration(log.database))
        let head = try await engine.log.head().rawValue
        let file = try await EvidenceText.export(engine, EvidenceSelection(positions: 1...head))
        let report = try Self.verify(file, log.key.verifier)
        #expect(report.events == head)
        #expect(report.decisions == 4)
        #expect(!String(decoding: file, as: UTF8.self).contains("\"level\""))
        await engine.log.pool.shutdown()
    }

    @Test func whatIsNotSealedIsNotExported() async throws {
        let log = try await AuditedLog.make(rounds: 1)
        let engine = try await SharingEngine.connect(Harness.configuration(log.database))
        let head = try await engine.log.head().rawValue
        for selection in [
            EvidenceSelection(positions: 1...head + 1), EvidenceSelection(streams: [.user(UserID(trusted: "nobody"))]),
        ] {
            let error = await #expect(throws: EngineError.self) { try await EvidenceText.export(engine, selection) }
            #expect(error?.code == .notSealed)
        }
        let missing = await #expect(throws: SharingError.self) {
            try await EvidenceText.export(engine, EvidenceSelection(streams: [.shareRequest(ShareRequestID())]))
        }
        #expect(missing?.code == .requestNotFound)
        await engine.log.pool.shutdown()
    }

    @Test func whatIsWrongWithAFileIsSaid() async throws {
        let log = try await AuditedLog.make(rounds: 2)
        let engine = try await SharingEngine.connect(Harness.configuration(log.database))
        let file = try await EvidenceText.export(engine, EvidenceSelection(positions: 4...9))
        let key = log.key.verifier
        let text = String(decoding: file, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func code(_ lines: [String]) -> EvidenceError.Code? {
            Self.code(Array(lines.joined(separator: "\n").utf8), key)
        }
        #expect(code(lines) == nil)
        #expect(Self.code(file, SignerKey.generate(name: log.key.verifier.name).verifier) == .untrusted)
        #expect(code(Array(lines.dropFirst())) == .malformed)
        #expect(code([lines[0]] + lines) == .malformed)
        #expect(code(Array(lines.dropLast(2)) + [""]) == .malformed)
        #expect(code(lines.dropLast() + ["{\"events\":6}", ""]) == .malformed)
        #expect(
            code(lines.map { $0.replacing("share-request-submitted", with: "share-request-withdrawn") })
                == .rootMismatch)
        #expect(code(lines.map { $0.replacing("\"position\":5,", with: "\"position\":6,") }) == .malformed)
        #expect(code(lines.map { $0.replacing("\"version\":1}", with: "\"version\": 1}") }) == .malformed)
        let event = try #require(lines.lastIndex { $0.contains("\"position\"") })
        var swapped = lines
        swapped.swapAt(event, event - 1)
        #expect(code(swapped) == .malformed)
        await engine.log.pool.shutdown()
    }

    /// The page in docs/ is enough to write a verifier: this one was, in another language.
    @Test func thePythonVerifierAgreesOnAHundredExportsAndAHundredCorruptedOnes() async throws {
        var random = SeededGenerator()
        let log = try await AuditedLog.make(rounds: 3)
        let engine = try await SharingEngine.connect(Harness.configuration(log.database))
        let head = Int(try await engine.log.head().rawValue)
        let python = try PythonVerifier()
        defer { python.remove() }
        var (requests, expected): ([PythonVerifier.Request], [(Verdict, String)]) = ([], [])
        for round in 0..<SeededGenerator.rounds(100) {
            let file = try await EvidenceText.export(engine, Self.selection(log, head: head, &random))
            var corrupted = file
            switch random.below(4) {
            case 0: corrupted[random.below(file.count)] ^= 1 << UInt8(random.below(8))
            case 1: corrupted.remove(at: random.below(file.count))
            case 2: corrupted.insert(.random(in: 0x20...0x7E, using: &random), at: random.below(file.count))
            default: corrupted.removeLast(random.below(file.count))
            }
            for (bytes, name) in [(file, "genuine"), (corrupted, "corrupted")] {
                let ours = Verdict(of: bytes, trusting: [log.key.verifier], origin: nil)
                requests.append(PythonVerifier.Request(file: bytes, keys: [log.key.verifier.description]))
                expected.append((ours, "round \(round), \(random): \(name)"))
                if name == "genuine" { #expect(ours != .refused, "round \(round), \(random)") }
            }
        }
        let theirs = try await python.verdicts(on: requests)
        for (place, (ours, what)) in expected.enumerated() { #expect(ours == theirs[place], "\(what)") }
        await engine.log.pool.shutdown()
    }

    @Test func thePythonVerifierIsShort() throws {
        let text = try String(contentsOf: PythonVerifier.script, encoding: .utf8)
        #expect(text.count { $0.isNewline } <= 260)
    }
}
