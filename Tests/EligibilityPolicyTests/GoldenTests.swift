import EligibilityPolicy
import Foundation
import Testing

/// Each file `Golden/KIND.yaml` is a policy that is wrong in one way; `KIND.txt` is what its author reads.
///
/// With `UPDATE_GOLDEN=1` in the environment the texts are written anew; look at the difference before keeping them.
@Suite("A wrong policy")
struct GoldenTests {
    static let kinds: [String] = {
        // An empty list fails the test below.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Files.golden.path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test("of every kind is there")
    func kindsAreThere() { #expect(Self.kinds.count >= 35) }

    @Test("is refused with what is wrong, where, and what to do", arguments: kinds)
    func message(kind: String) throws {
        let policy = try String(contentsOf: Files.golden.appendingPathComponent(kind + ".yaml"), encoding: .utf8)
        let file = Files.golden.appendingPathComponent(kind + ".txt")
        let error = try #require(throws: PolicyError.self) { try Policy.load(policy, file: kind + ".yaml") }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try "\(error)\n".write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(error.code == .policyInvalid)
        #expect("\(error)\n" == (try String(contentsOf: file, encoding: .utf8)))
    }
}
