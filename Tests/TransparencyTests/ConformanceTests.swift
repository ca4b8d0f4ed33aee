import Foundation
import TestSupport
import Testing

@testable import merkle_conformance

/// The proof suite of transparency-dev/merkle, one line a case.
@Suite("Conformance to the published proofs", .enabled(if: ConformanceData.isPresent, "\(Conformance.absence)"))
struct ConformanceTests {
    @Test(arguments: ConformanceData.cases)
    func passes(_ conformanceCase: ConformanceCase) {
        #expect(conformanceCase.failure() == nil)
    }

    @Test func bothFilesAreRead() {
        #expect(ConformanceData.cases.count == 120)
    }
}

extension ConformanceCase: CustomTestStringConvertible {
    public var testDescription: String { name }
}

enum ConformanceData {
    static let isPresent = Conformance.folder("merkle") != nil

    /// All cases; a file that cannot be read has none, and then the count is wrong.
    static let cases: [ConformanceCase] = {
        guard let folder = Conformance.folder("merkle"),
            let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        else { return [] }
        return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
            .flatMap { (try? ConformanceCase.read($0)) ?? [] }
    }()
}
