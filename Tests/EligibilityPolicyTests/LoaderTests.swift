import Canonical
import Testing

@testable import EligibilityPolicy

@Suite("Loading a policy")
struct LoaderTests {
    @Test("of any damaged text gives a policy or problems within the text", arguments: [UInt64(11), 12, 13, 14])
    func mutations(seed: UInt64) throws {
        let original = Array(try Files.policyText("device-sharing.yaml").unicodeScalars)
        var random = SplitMix64(seed: seed)
        var loaded = 0
        for round in 0..<150 {
            var text = original
            for _ in 0...random.below(3) { mutate(&text, &random) }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: text)
            let source = String(view)
            let lines = source.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            do throws(PolicyError) {
                let policy = try Policy.load(source, file: "mutated.yaml")
                #expect(policy.source == source)
                loaded += 1
            } catch {
                #expect(!error.problems.isEmpty)
                for problem in error.problems {
                    #expect((1...lines.count).contains(problem.line), "seed \(seed), round \(round): \(problem)")
                    guard lines.indices.contains(problem.line - 1) else { continue }
                    let length = lines[problem.line - 1].unicodeScalars.count
                    #expect((1...length + 1).contains(problem.column), "seed \(seed), round \(round): \(problem)")
                }
            }
        }
        #expect(loaded > 0 && loaded < 150)
    }

    private func mutate(_ text: inout [Unicode.Scalar], _ random: inout SplitMix64) {
        let place = random.below(text.count)
        let length = min(random.below(20), text.count - place)
        switch random.below(5) {
        case 0: text.removeSubrange(place..<place + length)
        case 1: text.insert(contentsOf: text[place..<place + length], at: random.below(text.count))
        case 2:
            text[place] =
                ["{", "}", "[", "\"", "'", ":", "-", "\n", " ", "\t", "&", "é", "\u{1F512}", "0", "#"][random.below(15)]
        case 3: text.swapAt(place, random.below(text.count))
        default: text.insert(contentsOf: "\n  x: y".unicodeScalars, at: place)
        }
    }

    @Test(
        "maps every character of a scalar's value to where it stands",
        arguments: [
            "key: plain device.level", "key: plain\n  over\n  lines", "key: 'it''s single'", "key: 'single\n\n  over lines'",
            "key: \"double \\\"quoted\\\" \\u0061 \\x41 tail\"", "key: \"double\n  over \\\n  lines\"",
            "key: |\n  literal\n  lines\n",
            "key: |-\n    deeper\n      and deeper\n    back", "key: >\n  folded\n  lines\n\n  paragraph\n",
            "key: >-\n  folded\n    kept\n  back",
        ])
    func scalarPositions(text: String) throws {
        let report = ProblemReport(file: "scalar")
        let document = try #require(Document(text, limit: 1_000, report: report))
        let node = try #require(document.root["key"])
        let value = try #require(node.text)
        let positions = ScalarPositions(of: node, in: document.lines)
        let source = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        for (line, content) in value.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for (column, scalar) in content.unicodeScalars.enumerated() where scalar.properties.isAlphabetic {
                let position = positions.position(line: line + 1, column: column + 1)
                let found = source[position.line - 1][position.column - 1]
                #expect(found == scalar || found == "\\", "\(scalar) at \(position)")
            }
        }
    }

    @Test(
        "of a hostile file ends at once with a problem",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
            String(repeating: "{a: ", count: 20_000),
            "a: &a [x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]\n", String(repeating: "x", count: PolicyLimits.fileSize + 1),
            "policy: \u{0}", "%YAML 9.9\n---\na: b", "--- a\n--- b", "\u{FEFF}", "rules: !!binary AAAA",
            "rules:\n" + String(repeating: "  - {id: a}\n", count: 300),
            "variables: {a: \"" + String(repeating: "(", count: 3_000) + "\"}",
        ])
    func hostile(text: String) throws {
        let error = try #require(throws: PolicyError.self) { try Policy.load(text, file: "hostile.yaml") }
        #expect(!error.problems.isEmpty)
        #expect(error.problems.count <= 400)
    }

    @Test("of the same text gives the same digest, of another text another")
    func digest() throws {
        let text = try Files.policyText("device-sharing.yaml")
        let policy = try Policy.load(text, file: "a")
        #expect(policy.digest == (try Policy.load(text, file: "b")).digest)
        #expect(policy.digest != (try Policy.load(text + "\n", file: "a")).digest)
    }

    @Test("knows each fact by a name, a type and a line of documentation")
    func facts() {
        #expect(
            FactSchema.common.records.map(\.rawValue)
                == ["requester", "owner", "device", "identity", "consent", "session", "request"])
        for record in FactSchema.common.records {
            #expect(!record.documentation.isEmpty && !record.fields.isEmpty)
            for field in record.fields {
                #expect(field.path == "\(record.rawValue).\(field.name)")
                #expect(!field.documentation.isEmpty && !field.documentation.hasSuffix("."))
            }
        }
        #expect(Set(FactField.all.map(\.path)).count == FactField.all.count)
    }
}
