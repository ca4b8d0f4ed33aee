import Foundation
import Testing

/// What `docs/changing.md` says of where changes go.
@Suite struct ChangingTests {
    @Test("Every file that the recipes name is there")
    func files() throws {
        let text = try String(contentsOf: Program.root.appendingPathComponent("docs/changing.md"), encoding: .utf8)
        let paths = Set(text.matches(of: /`((?:Sources|Tests|Schema|Policies|docs)\/[A-Za-z0-9_+.\/-]+)`/).map { String($0.1) })
        #expect(paths.count > 40)
        for path in paths.sorted() {
            let isThere = FileManager.default.fileExists(atPath: Program.root.appendingPathComponent(path).path)
            #expect(isThere, "\(path) is not there")
        }
    }

    @Test("There are ten recipes")
    func recipes() throws {
        let text = try String(contentsOf: Program.root.appendingPathComponent("docs/changing.md"), encoding: .utf8)
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("## ") }.count == 10)
    }
}
