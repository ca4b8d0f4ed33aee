import Canonical
import TestSupport
import Testing
import Transparency

@testable import SharingEngine

/// Two verifiers that differ on a file are a file that is genuine to one auditor and forged to another.
@Suite("Both verifiers", .fewAtOnce) struct VerifierAgreementTests {
    /// Files of one run of the other verifier.
    private static let batch = 5_000

    private struct Keys {
        let log: SignerKey
        let witness: SignerKey
        let accented: SignerKey

        init() throws {
            log = SignerKey.generate(name: try KeyName("test.example/log"))
            witness = SignerKey.generate(name: try KeyName("K"))
            accented = SignerKey.generate(name: try KeyName("l\u{F6}g"))
        }

        var all: [SignerKey] { [log, witness, accented] }
    }

    @Test("say the same of files that somebody changed, before they were signed or after")
    func mutants() async throws {
        let keys = try Keys()
        let python = try PythonVerifier()
        defer { python.remove() }
        var (requests, verdicts): ([PythonVerifier.Request], [(Verdict?, String)]) = ([], [])
        var counts: [Verdict?: Int] = [:]
        func compare() async throws {
            let theirs = try await python.verdicts(on: requests)
            for (place, (ours, random)) in verdicts.enumerated() {
                #expect(
                    ours == theirs[place],
                    "\(random): \(requests[place].keys) \(String(decoding: requests[place].file, as: UTF8.self))")
            }
            (requests, verdicts) = ([], [])
        }
        try await FuzzRun("verifiers", usual: 5_000).each { random in
            let request = try Self.request(keys, &random)
            let ours = Self.verdict(on: request)
            counts[ours, default: 0] += 1
            requests.append(request)
            verdicts.append((ours, "\(random)"))
            if requests.count == Self.batch { try await compare() }
        }
        try await compare()
        // Of each there are some, or the run would show little.
        for verdict in [.refused, .whole, .gaps, nil] as [Verdict?] { #expect(counts[verdict, default: 0] > 20, "\(counts)") }
    }

    /// Nil where a key's text is none.
    private static func verdict(on request: PythonVerifier.Request) -> Verdict? {
        var keys: [VerifierKey] = []
        for text in request.keys {
            guard let key = try? VerifierKey(text) else { return nil }
            keys.append(key)
        }
        return Verdict(of: request.file, trusting: keys, origin: request.origin)
    }

    private static func request(_ keys: Keys, _ random: inout SeededGenerator) throws -> PythonVerifier.Request {
        let key = random.pick(keys.all)
        var file = ForgedEvidence(leaves(&random), keys: random.once(in: 4) ? keys.all : [key])
        file.origin = key.verifier.name.text
        var trusted = (random.once(in: 3) ? keys.all : [key]).map(\.verifier.description)
        var mutator = TextMutator(random: random.split(), fragments: fragments)
        switch random.below(6) {
        // As it is, or with another name.
        case 0: if random.once(in: 3) { file.origin = random.pick(names) }
        // Something of what is signed, which is then signed.
        case 1: file.size = random.pick(sizes + [UInt64(file.leaves.count)])
        // The note behind the signature.
        case 2: file.note = { mutator.mutate($0, changes: 2) }
        case 3:
            let place = random.below(trusted.count)
            trusted[place] = mutator.mutate(trusted[place], changes: 1).filter { !$0.isNewline }
            // Both take away blanks at the ends of a file's line, which is not what is compared here.
            guard trusted[place].unicodeScalars.first.map({ !$0.properties.isWhitespace }) == true,
                trusted[place].unicodeScalars.last.map({ !$0.properties.isWhitespace }) == true
            else { return PythonVerifier.Request(file: try file.bytes(), keys: ["x"]) }
        default:
            return PythonVerifier.Request(file: mutator.mutate(try file.bytes(), changes: 2), keys: trusted)
        }
        return PythonVerifier.Request(
            file: try file.bytes(), keys: trusted, origin: random.once(in: 4) ? random.pick(names) : nil)
    }

    /// Streams with and without gaps; times of all kinds.
    private static func leaves(_ random: inout SeededGenerator) -> [ForgedEvidence.Leaf] {
        var versions: [String: Int32] = [:]
        let hides = random.once(in: 2)
        return (0..<random.below(7) + 1).map { _ in
            let stream = random.pick(["user/a", "user/\u{E9}", "user/e\u{301}", "user/\u{212A}", "user/K", "\u{0}\u{1F600}\"\\"])
            versions[stream, default: 0] += random.once(in: 12) ? 2 : 1
            var leaf = ForgedEvidence.Leaf(stream: stream, version: versions[stream] ?? 1)
            leaf.isDisclosed = !hides || !random.once(in: 3)
            if random.once(in: 8) {
                leaf.recordedAt = random.pick([.earliest, .latest, Timestamp(microseconds: -1), Timestamp(microseconds: 0)])
            }
            return leaf
        }
    }

    private static let sizes: [UInt64] = [0, 1, 1 << 53, 1 << 63, .max]

    private static let names = [
        "test.example/log", "K", "\u{212A}", "l\u{F6}g", "lo\u{308}g", "k", "test.example/log ", "TEST.example/log", "other",
    ]

    private static let fragments = [
        "\"level\":63", "\"level\":1.0", "\"version\":true", "\"version\":1e0", "\"position\":1.0", "\"keys\":5",
        "\"keys\":[\"\"]",
        "\"hash\":\"\"", "\"events\":01", "\u{2014}", "\u{2014} K ", "\u{212A}", "o\u{308}", "\u{F6}", "\u{85}", "\u{A0}",
        "\u{3000}",
        "\u{7F}", "\u{180E}", "\u{200B}", "\n\n", "\r", "AAAA", "AAAB=", "=", "+", "-", "_", "0", "00", "ab649a03", "AB649A03",
        "18446744073709551615", "18446744073709551616", "9007199254740992", "\\u0061", "\\/", "\\ud83d\\ude00", "\\uD800",
        "devshare-evidence/2", ",\"level\":0", "{\"events\":1}\n", "2026-02-30T00:00:00.000000Z", "2016-12-31T23:59:60.000000Z",
    ]
}
