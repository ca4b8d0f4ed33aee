import CEL
import Foundation
import TestSupport
import Testing

@testable import cel_conformance

/// The conformance suite of google/cel-spec, one line a case.
@Suite("Conformance to the specification's suite", .enabled(if: ConformanceData.isPresent, "\(Conformance.absence)"))
struct ConformanceTests {
    /// Cases that cannot pass, each with the reason.
    static let exceptions: [String: String] = [
        "parse/bytes_literals/triple_single_quoted_unescaped_punctuation": strayBackslash,
        "parse/bytes_literals/triple_double_quoted_unescaped_punctuation": strayBackslash,
    ]

    private static let strayBackslash = """
        the case expects a backslash before the question mark that its expression does not have: it was lost when the \
        suite's text was unescaped (the same case on strings expects none)
        """

    @Test(arguments: ConformanceData.cases)
    func passes(_ conformanceCase: ConformanceCase) {
        #if SANITIZED
            // The sanitizers' frames are so large that `StackGuard` refuses what nests as deep as these.
            if conformanceCase.path.hasPrefix("parse/nest/") || conformanceCase.path.hasPrefix("parse/repeat/") { return }
        #endif
        let failure = conformanceCase.failure()
        if Self.exceptions[conformanceCase.path] != nil {
            #expect(failure != nil, "the case passes now: remove it from the exceptions")
        } else {
            #expect(failure == nil)
        }
    }

    @Test func everyExceptionIsACase() {
        #expect(Set(Self.exceptions.keys).isSubset(of: ConformanceData.cases.map(\.path)))
    }
}

extension ConformanceCase: CustomTestStringConvertible {
    var path: String { "\(suite)/\(section)/\(name)" }

    public var testDescription: String { description }
}

enum ConformanceData {
    static let isPresent = Conformance.folder("cel") != nil

    /// All cases in the order of the files' names; a file that cannot be read has none, and then the count is wrong.
    static let cases: [ConformanceCase] = {
        guard let folder = Conformance.folder("cel"),
            let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        else { return [] }
        return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
            .flatMap { (try? ConformanceFile($0).cases) ?? [] }
    }()
}
