import Canonical
import Foundation
import TestSupport
import Testing

private enum Axe {
    /// axe-core, where `AXE` names its script.
    static let script: String? = ProcessInfo.processInfo.environment["AXE"].flatMap { path in
        path.isEmpty ? nil : try? String(contentsOfFile: path, encoding: .utf8)
    }
}

@Suite("Every page", .fewAtOnce, .enabled(if: Axe.script != nil, "AXE names no script of axe-core"))
struct AccessibilityTests {
    @Test("leaves axe-core nothing to object to, light and dark", arguments: ConsoleSite.Person.allCases)
    func violations(person: ConsoleSite.Person) async throws {
        let script = try #require(Axe.script)
        try await ConsoleSite.run { site in
            let pages = try await ConsolePages(site)
            try await site.browse(as: person) { browser in
                for page in pages.all where page.isFor(person) {
                    for isDark in [false, true] {
                        try await browser.show(isDark: isDark)
                        try await browser.go(page.path)
                        _ = try await browser.script(script)
                        let answer = try await browser.asyncScript(
                            """
                            const done = arguments[arguments.length - 1];
                            axe.run(document).then(found => done(found.violations.map(v =>
                                v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; '))),
                                problem => done([String(problem)]));
                            """)
                        let found = answer.arrayValue?.compactMap(\.stringValue) ?? ["axe-core did not answer"]
                        #expect(found.isEmpty, "\(page.path)\(isDark ? ", dark" : "")")
                    }
                }
            }
        }
    }
}
