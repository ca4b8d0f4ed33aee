import TestSupport
import Testing

@testable import EligibilityPolicy

/// Policy files that somebody wrote to keep a process busy, or to fill its memory.
@Suite("A policy file cannot", .timeLimit(.minutes(2)))
struct HostilePolicyTests {
    private func problems(constants: String = "", variables: String = "", rules: [String]) throws -> [String] {
        do {
            _ = try ExamplePolicy.load(constants: constants, variables: variables, rules: rules)
            return []
        } catch let error as PolicyError {
            return error.problems.map(\.message)
        }
    }

    @Test("unfold names that are defined by each other without end")
    func chains() throws {
        let names = ["v0: requester.id != owner.id"] + (1...60).map { "v\($0): v\($0 - 1) && v\($0 - 1)" }
        _ = try problems(
            variables: "{" + names.joined(separator: ", ") + "}",
            rules: [ExamplePolicy.rule("one", "v60"), ExamplePolicy.rule("two", "!(!v60)")])
    }

    @Test(
        "unfold constants that hold each other without end",
        arguments: ["[$, $, $, $, $, $, $, $, $, $]", "{'a': $, 'b': $, 'c': $}"])
    func nestedConstants(form: String) throws {
        let names =
            ["c0: \"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\""]
            + (1...40).map { "c\($0): \"\(form.replacing("$", with: "c\($0 - 1)"))\"" }
        let found = try problems(
            constants: "{" + names.joined(separator: ", ") + "}",
            rules: [ExamplePolicy.rule("one", "c40 == c40 || device.level > 3")])
        #expect(found.contains { $0.contains("the constants have more than") })
    }

    @Test(
        "fill memory with constants that grow",
        arguments: ["'" + String(repeating: "x", count: 1_000) + "'", "[1, 2, 3, 4, 5, 6, 7, 8]"])
    func growingConstants(first: String) throws {
        let names = ["c0: \"\(first)\""] + (1...199).map { "c\($0): \"c\($0 - 1) + c\($0 - 1)\"" }
        let found = try problems(
            constants: "{" + names.joined(separator: ", ") + "}", rules: [ExamplePolicy.rule("one", "device.level > 3")])
        #expect(found.contains { $0.contains("the constants have more than") })
    }

    @Test("keep its check busy with many rules on many conditions")
    func manyRules() throws {
        let rules = (0..<200).map { number in
            let conditions = (0..<14).map { "requester.id != 'a\(number)-\($0)'" }
            return ExamplePolicy.rule("rule-\(number)", conditions.joined(separator: " || "))
        }
        _ = try problems(rules: rules)
    }

    @Test("keep its check busy with comparisons of long lists")
    func longLists() throws {
        let first = "[" + (0..<900).map { _ in "1" }.joined(separator: ",") + "]"
        let names =
            ["a0: \"\(first)\"", "b0: \"\(first)\""]
            + (1...4).flatMap { ["a\($0): \"a\($0 - 1) + a\($0 - 1)\"", "b\($0): \"b\($0 - 1) + b\($0 - 1)\""] }
        let rules = (0..<100).map { number in
            let conditions = (0..<14).map { "(a4 == b4 && requester.id != 'a\(number)-\($0)')" }
            return ExamplePolicy.rule("rule-\(number)", conditions.joined(separator: " || "))
        }
        let found = try problems(constants: "{" + names.joined(separator: ", ") + "}", rules: rules)
        #expect(!found.contains { $0.contains("the constants have more than") }, "they are as large as they may be")
    }

    @Test("be nested without end", arguments: ["[", "{a: ", "- "])
    func nesting(form: String) {
        #expect(throws: PolicyError.self) { try Policy.load(String(repeating: form, count: 60_000), file: "example.yaml") }
    }

    @Test("make its evaluation busy for longer than is allowed")
    func evaluation() throws {
        let list = "[" + (0..<90).map(String.init).joined(separator: ",") + "]"
        let found = try problems(rules: [
            ExamplePolicy.rule("one", "\(list).all(a, \(list).all(b, \(list).all(c, a + b + c >= 0 && device.level > 3)))")
        ])
        #expect(found.contains { $0.contains("steps") })
    }
}
