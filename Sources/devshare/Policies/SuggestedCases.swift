import ArgumentParser
import Canonical
import EligibilityPolicy
import Foundation
import PolicyProof

/// Where `devshare policy test --suggest` writes cases.
struct SuggestedCases {
    /// Nil for standard output.
    private let file: String?
    private let cases: PolicyFile

    /// Throws `file-exists` where the file is there and is not to be overwritten, and a `ValidationError` where it is that of the
    /// policy or of its cases.
    init(_ target: String, overwrites: Bool, policy: PolicyFile, cases: PolicyFile) throws {
        self.cases = cases
        file = target == "-" ? nil : target
        guard let file else { return }
        func place(_ path: String) -> URL { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL }
        for read in [policy, cases] where place(file) == place(read.path) {
            throw ValidationError("--suggest would overwrite \(read.path), which is read: name another file.")
        }
        guard overwrites || !FileManager.default.fileExists(atPath: file) else {
            throw DevshareError(.fileExists, "\(file) is there already", advice: "Name another file, or give --overwrite.")
        }
    }

    /// Whether nothing else may be printed.
    var takesStandardOutput: Bool { file == nil }

    /// Writes what is suggested; nothing where nothing is. Throws `file-unreadable` and `output-failed`.
    func write(_ suggested: BoundaryCases) throws {
        guard !suggested.suggestions.isEmpty else { return }
        guard let file else { return Output.document(suggested.text) }
        let output = try OutputFile(file)
        do {
            try output.write(Array(suggested.text.utf8))
            try output.close()
        } catch {
            output.abandon()
            throw error
        }
    }

    /// What was written, and what to do with it.
    func lines(_ suggested: BoundaryCases) -> [String] {
        var lines: [String] = []
        if let file, suggested.suggestions.isEmpty {
            lines.append("there is nothing to suggest; \(file) is not written")
        }
        if let file, !suggested.suggestions.isEmpty {
            let faults = suggested.suggestions.reduce(0) { $0 + $1.mutants.count }
            lines.append("\(file) has \(suggested.suggestions.count.of("case")) that would find out \(faults.of("fault"))")
            lines.append(
                canBeAppended(suggested)
                    ? "    once an officer has confirmed each outcome: cat \(file) >> \(cases.path)"
                    : "    once an officer has confirmed each outcome: put them at the end of the list of cases in \(cases.path)")
        }
        return lines + suggested.open.map { "no case was found for: \($0)" }
    }

    /// Whether the file of cases ends with its cases, and has each on lines of its own.
    private func canBeAppended(_ suggested: BoundaryCases) -> Bool {
        let whole = try? PolicyTestSuite.load(cases.text + suggested.text, file: cases.path)
        return whole.map { suite in suggested.suggestions.allSatisfy { one in suite.cases.contains { $0.id == one.testCase.id } }
        }
            ?? false
    }
}

extension BoundaryCases {
    var json: JSONValue {
        .array(
            suggestions.map { suggestion in
                [
                    "case": .string(suggestion.testCase.id), "faults": JSONValue(suggestion.mutants.map(\.description)),
                    "text": .string(suggestion.text),
                ]
            })
    }
}
