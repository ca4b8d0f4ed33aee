import Foundation
import Testing

/// Rules that the compiler does not check.
@Suite struct SourceTests {
    @Test("Every code that is published is given by something")
    func codesInUse() throws {
        let sources = Program.root.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var texts: [(file: String, text: String)] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            texts.append((file.lastPathComponent, try String(contentsOf: file, encoding: .utf8)))
        }
        let codes = try #require(texts.first { $0.file == "SharingErrorCode.swift" }).text
        let policies = try String(
            contentsOf: Program.root.appendingPathComponent("Policies/device-sharing.yaml"), encoding: .utf8)
        let cases = codes.matches(of: /\n    case (\w+) = "([a-z-]+)"/)
        #expect(cases.count > 20)
        for match in cases where !policies.contains(match.2) {
            let isGiven = texts.contains { file, text in
                file != "SharingErrorCode.swift" && file != "SharingError.swift" && text.contains(".\(match.1)")
            }
            #expect(isGiven, "nothing gives \(match.2)")
        }
    }

    /// Swift 6.3.1 compiles this program, with `-O`, so that it ends by a segmentation fault:
    ///
    ///     enum Value { case string(String), integer(Int), strings([String]) }
    ///     enum Kind: String, CaseIterable { case identifier, integer, texts }
    ///     extension Kind {
    ///         func accepts(_ value: Value) -> Bool {
    ///             switch (self, value) {
    ///             case (.integer, .integer), (.texts, .strings): true
    ///             case (.integer, _), (.texts, _): false
    ///             case (_, .string): true
    ///             default: false
    ///             }
    ///         }
    ///     }
    ///     @inline(never) func placeholder(_ kind: Kind, _ n: Int) -> Value {
    ///         let name = "a parameter of some length \(n)"
    ///         return kind.accepts(.strings([name])) ? .strings([name]) : .string(name)
    ///     }
    ///     for kind in Kind.allCases { print(placeholder(kind, 1)) }
    ///
    /// The array literal is placed on the stack. Where only `kind` decides, as for `.identifier`, its place is given up
    /// (`dealloc_stack_ref` in the optimised SIL) before the array is released (`strong_release`), which then frees the text that
    /// `.string(name)` still needs. Each of these is needed: the tuple, a case that does not look at the payload, an array
    /// literal in the payload, and inlining, across modules too. Two switches, one within the other, are compiled rightly.
    ///
    /// So a switch over a tuple looks at the payload of each enumeration that can hold an array, in each case but the last, or
    /// has none that does. Those that were looked at for this are named here.
    @Test("No switch over a tuple leaves an array in the payload of an enumeration unread, but those that were looked at")
    func tupleSwitches() throws {
        let sources = Program.root.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var found: [String: Int] = [:]
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let code = text.split(separator: "\n").filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
            let count = code.joined(separator: "\n").matches(of: /switch \([^()]*(\([^()]*\)[^()]*)*,/).count
            if count > 0 { found[file.lastPathComponent] = count }
        }
        #expect(found == Self.lookedAt)
    }

    private static let lookedAt = [
        // Numbers, texts and flags alone.
        "NetworkAddress.swift": 1, "ProblemDetails.swift": 1, "CSVReader.swift": 1, "IdentityFingerprints.swift": 1,
        "Facts+Document.swift": 1, "PolicyChange.swift": 1, "Checker+Literals.swift": 1, "Macros.swift": 1,
        "StoryTeller.swift": 1, "PolicyComparison+proof.swift": 1, "Reader+calls.swift": 1, "Reader+operators.swift": 1,
        "TrustedProxies.swift": 1, "TextEncoding.swift": 1, "SharingFacts+counters.swift": 1,
        // Types of expressions, which are boxed and hold no array, and nodes, which are classes.
        "Unifier.swift": 2, "Planner+Operators.swift": 2,
        // Values that come from elsewhere, and whose payloads each case reads.
        "Arithmetic.swift": 3, "FunctionTable+Math.swift": 1, "CELValue+Equality.swift": 3, "CELValue.swift": 1,
    ]
}
