import Canonical
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine

/// What a signed file proves, and what it does not.
@Suite("Evidence binds") struct EvidenceBindingTests {
    private typealias Leaf = ForgedEvidence.Leaf

    private let key: SignerKey

    init() throws { key = SignerKey.generate(name: try KeyName("test.example/log")) }

    private func report(_ file: [UInt8], origin: String? = nil, stating streams: [String] = []) throws -> EvidenceVerifier.Report
    {
        var verifier = EvidenceVerifier(trusting: [key.verifier], origin: origin, stating: streams)
        for line in try EvidenceText.lines(of: file) { try verifier.add(line) }
        return try verifier.end()
    }

    private func code(_ file: [UInt8], origin: String? = nil) throws -> EvidenceError.Code? {
        do {
            _ = try report(file, origin: origin)
            return nil
        } catch let error as EvidenceError {
            return error.code
        }
    }

    @Test("the ledger's name: a file without an event proves nothing")
    func ledger() throws {
        var file = ForgedEvidence([Leaf(stream: "user/a", version: 1)], keys: [key])
        #expect(try code(file.bytes()) == nil)
        file.namedLedger = "another"
        #expect(try code(file.bytes()) == .rootMismatch)
        file.leaves[0].isDisclosed = false
        #expect(try code(file.bytes()) == .malformed)
        file.namedLedger = nil
        #expect(try code(file.bytes()) == .malformed)
    }

    @Test("the log's name: a key that signs for another log is not enough")
    func origin() throws {
        let file = try ForgedEvidence([Leaf(stream: "user/a", version: 1)], keys: [key], origin: "test.example/other").bytes()
        #expect(try code(file) == .untrusted)
        #expect(try code(file, origin: "test.example/other") == nil)
        #expect(try code(file, origin: "test.example/log") == .untrusted)
    }

    @Test("versions: one that is withheld is named")
    func gaps() throws {
        var file = ForgedEvidence(
            [
                Leaf(stream: "user/a", version: 1), Leaf(stream: "user/a", version: 2), Leaf(stream: "user/b", version: 1),
                Leaf(stream: "user/a", version: 3),
            ], keys: [key])
        #expect(try report(file.bytes()).isWhole)
        file.leaves[1].isDisclosed = false
        let middle = try report(file.bytes())
        #expect(middle.gaps.map(\.description) == ["user/a goes from version 1 to 3 (position 4)"])
        file.leaves[0].isDisclosed = false
        let beginning = try report(file.bytes())
        #expect(beginning.gaps.map(\.description) == ["user/a begins with version 3 (position 4)"])
        #expect(!beginning.isWhole && beginning.streams == 2)
    }

    @Test("ends: that there is no later event is proven where every position behind the last one is disclosed")
    func completeness() throws {
        var file = ForgedEvidence(
            [
                Leaf(stream: "user/a", version: 1), Leaf(stream: "user/b", version: 1), Leaf(stream: "user/a", version: 2),
                Leaf(stream: "user/c", version: 1),
            ], keys: [key])
        file.leaves[1].isDisclosed = false
        let names = ["user/a", "user/b", "user/c"]
        let shown = try report(file.bytes(), stating: names)
        #expect(shown.statements.map(\.isComplete) == [true, false, true])
        #expect(shown.statements.map(\.versions) == [2, 0, 1])
        #expect(shown.completeStreams == 2)
        file.leaves[3].isDisclosed = false
        #expect(try report(file.bytes(), stating: names).statements.map(\.isComplete) == [false, false, false])
    }

    @Test("times: those that run back by more than a minute are counted")
    func times() throws {
        var file = ForgedEvidence((1...4).map { Leaf(stream: "user/\($0)", version: 1) }, keys: [key])
        file.leaves[1].recordedAt.microseconds += 90_000_000
        file.leaves[2].recordedAt.microseconds += 30_000_000
        let shown = try report(file.bytes())
        #expect(shown.runsBackCount == 1)
        #expect(shown.runsBack == Position(rawValue: 4))
    }

    @Test("a size near the largest number is no more than a wrong size")
    func size() throws {
        var file = ForgedEvidence([Leaf(stream: "user/a", version: 1)], keys: [key])
        file.size = .max
        #expect(try code(file.bytes()) == .rootMismatch)
    }

    @Test("an event that this program cannot read is what was signed all the same")
    func unreadable() throws {
        let file = ForgedEvidence([Leaf(stream: "user/a", version: 1, type: "of-tomorrow")], keys: [key])
        let shown = try report(file.bytes())
        #expect(shown.unreadableCount == 1 && shown.isWhole)
    }
}
