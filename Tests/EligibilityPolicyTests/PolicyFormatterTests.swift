import Canonical
import Foundation
import Testing

@testable import EligibilityPolicy

@Suite("The usual form of a policy file")
struct PolicyFormatterTests {
    @Test(
        "says the same, keeps comments and is stable",
        arguments: ["device-sharing.yaml", "device-sharing.tests.yaml", "../Sources/Phrases/Texts/messages.en.yaml"])
    func untidy(file: String) throws {
        let text = try Files.policyText(file)
        let untidy =
            text.components(separatedBy: "\n").map { line in
                let indent = line.prefix { $0 == " " }.count
                let content = String(line.dropFirst(indent))
                return String(repeating: " ", count: indent * 2)
                    + (content.hasPrefix("- ") ? "-   " + content.dropFirst(2) : content) + "  "
            }.joined(separator: "\r\n") + "\r\n\r\n\r\n"
        let formatted = try PolicyFormatter.format(untidy, file: file)
        #expect(formatted == text)
        #expect(try PolicyFormatter.format(formatted, file: file) == formatted)
    }

    @Test("of any text that is YAML says the same and is stable", arguments: [UInt64(31), 32, 33])
    func mutated(seed: UInt64) throws {
        let lines = try Files.policyText("device-sharing.yaml").components(separatedBy: "\n")
        var random = SplitMix64(seed: seed)
        var formatted = 0
        for _ in 0..<200 {
            var changed = lines
            for _ in 0...random.below(4) {
                let place = random.below(changed.count)
                switch random.below(4) {
                case 0: changed[place] = " " + changed[place]
                case 1: changed.insert("", at: place)
                case 2: changed[place] += "   "
                default: changed.insert("# a comment", at: place)
                }
            }
            let text = changed.joined(separator: "\n")
            guard let before = Document(text, limit: 1_000_000, report: ProblemReport(file: "")) else { continue }
            let once = try PolicyFormatter.format(text, file: "")
            let after = try #require(Document(once, limit: 1_000_000, report: ProblemReport(file: "")))
            #expect(after.root.isSame(as: before.root), "seed \(seed)")
            #expect(try PolicyFormatter.format(once, file: "") == once, "seed \(seed)")
            #expect(once.split { !$0.isLetter && $0 != "#" } == text.split { !$0.isLetter && $0 != "#" })
            formatted += 1
        }
        #expect(formatted > 20)
    }

    @Test("keeps what stands in a block over several lines")
    func blocks() throws {
        let text = "a: |\n    one\n      two  \n\n\n    three\nb:\n    -   c: >\n            d\n    -   - e\n        - f\n"
        let formatted = try PolicyFormatter.format(text, file: "")
        let report = ProblemReport(file: "")
        let before = try #require(Document(text, limit: 1_000, report: report))
        #expect(try #require(Document(formatted, limit: 1_000, report: report)).root.isSame(as: before.root))
    }
}
