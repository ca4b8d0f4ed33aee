import EligibilityPolicy
import Foundation
import TestSupport

/// Policies and facts beside the tests, and the policy of the product.
enum Fixtures {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    private static let folder = tests.appendingPathComponent("Fixtures")

    static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }

    static func policy(_ path: String) throws -> Policy { try Policy.load(text(path), file: path) }

    static func facts(_ path: String) throws -> Facts { try Facts.load(text(path), file: path) }

    static func bundledText() throws -> String { try bundledText("device-sharing.yaml") }

    static func invariantsText() throws -> String { try bundledText("invariants.yaml") }

    static func bundledText(_ name: String) throws -> String {
        let project = tests.deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: project.appendingPathComponent("Policies").appendingPathComponent(name), encoding: .utf8)
    }

    /// The rows of a table, without its heading.
    static func rows(_ path: String) throws -> [[String]] {
        try text(path).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.components(separatedBy: "\t") }
    }

    /// The bundled policy with words replaced.
    static func bundled(_ changes: (String, String)...) throws -> Policy {
        var text = try bundledText()
        for (old, new) in changes {
            guard text.contains(old) else { throw CocoaError(.fileReadUnknown) }
            text = text.replacing(old, with: new)
        }
        return try Policy.load(text, file: "device-sharing.yaml")
    }

    /// A small policy with rules that a test writes. What is only refused since no author can mean it passes in a recorded one.
    static func policy(
        rules: [(requirement: String, otherwise: String)], constants: String = "", variables: String = "",
        exemptions: String = "", inputs: String = "", counters: String = "", isRecorded: Bool = false
    ) throws -> Policy {
        let text = ExamplePolicy.text(
            constants: constants, variables: variables,
            rules: rules.enumerated().map { number, rule in
                ExamplePolicy.rule("rule-\(number)", rule.requirement, otherwise: rule.otherwise)
            }.joined(separator: "\n"), exemptions: exemptions, inputs: inputs, counters: counters)
        return isRecorded ? try Policy.loadRecorded(text, file: "example.yaml") : try Policy.load(text, file: "example.yaml")
    }
}
