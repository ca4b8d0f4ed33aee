import BundledFiles
import Canonical
import EligibilityPolicy
import Logging
import Phrases
import Testing

@testable import SharingConsole

/// Templates and phrases, without a server.
@Suite struct TemplateTests {
    private static func phrases() throws -> PhraseCatalog {
        try PhraseCatalog.load(texts: BundledFiles.texts(in: .texts, suffix: ".yaml").filter { $0.name.hasPrefix("console.") })
    }

    private func rendered(_ text: String, _ page: JSONValue) throws -> String {
        try PageTemplates(files: [("layout", "{{{content}}}"), ("p", text)], phrases: Self.phrases())
            .render("p", page, frame: [:], words: [:])
    }

    @Test func theConsolesOwnFilesAreSound() throws {
        #expect(throws: Never.self) { try Console(.samples, logger: Logger(label: "test")) }
    }

    @Test(arguments: [
        ("{{#a}}", 1), ("a\n{{/b}}", 2), ("{{>nothing}}", 1), ("x\n{{t.queue.nothing}}", 2), ("{{t.time.hours}}", 1),
        ("{{{raw}}}", 1), ("<p style=\"color: red\">", 1), ("<form method=\"post\">\n</form>", 1),
    ])
    func aTemplateThatCannotBeUsedIsNamed(_ text: String, _ line: Int) throws {
        let phrases = try Self.phrases()
        let error = #expect(throws: ConsoleFileError.self) {
            try PageTemplates(files: [("layout", "{{{content}}}"), ("p", text)], phrases: phrases)
        }
        #expect(error?.file == "p.mustache")
        #expect(error?.line == line, "\(text)")
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\" onmouseover=\"alert(1)", "' x='", "&lt;", "\"\u{301} onmouseover=alert(1) x=\"\u{301}",
        "<\u{301}img src=x>", "'\u{200D}x",
    ])
    func whateverIsShownIsEscaped(_ text: String) throws {
        let page = try rendered("<p title=\"{{a}}\">{{#list}}{{.}}{{/list}}</p>", ["a": .string(text), "list": [.string(text)]])
        let inner = page.unicodeScalars.dropFirst("<p title=\"".unicodeScalars.count).dropLast("</p>".unicodeScalars.count)
        // Of the markup nothing is left but the end of the attribute and of the tag.
        #expect(inner.filter { $0 == "\"" }.count == 1)
        #expect(inner.filter { $0 == "<" }.isEmpty)
        #expect(inner.filter { $0 == "'" }.isEmpty)
    }

    @Test func valuesAreShownAsTheyAre() throws {
        let page = try rendered(
            "{{n}}|{{#yes}}y{{/yes}}{{^no}}n{{/no}}|{{#none}}x{{/none}}{{^none}}-{{/none}}|{{#rows}}{{id}},{{/rows}}|{{^empty}}e{{/empty}}",
            ["n": 5, "yes": true, "no": false, "none": .null, "rows": [["id": "a"], ["id": "b"]], "empty": []])
        #expect(page == "5|yn|-|a,b,|e")
    }

    /// Each file says which phrases another has and it has not, and where words to fill in differ.
    @Test func everyLanguageHasEveryPhrase() throws {
        func file(_ language: String, _ phrases: String) -> (String, String) {
            ("console.\(language).yaml", "language: \(language)\nchapters:\n  a:\n    x: X\n\(phrases)")
        }
        let error = #expect(throws: PolicyError.self) {
            try PhraseCatalog.load(texts: [
                file("en", "    y: \"{n} of {m}\"\n"), file("zh-Hant", "    y: \"{n}\"\n"), file("zh-Hans", "    z: Z\n"),
            ])
        }
        let messages = error?.problems.map { "\($0.file): \($0.message)" } ?? []
        #expect(messages.contains { $0.contains("zh-Hant") && $0.contains("a.y has other words") })
        #expect(messages.contains { $0.contains("zh-Hans") && $0.contains("a.y is missing") })
        #expect(messages.contains { $0.contains("console.en.yaml") && $0.contains("a.z is missing") })
    }

    /// Chinese has one word for each idea in the console, in messages and in stories. These are second words that it had.
    @Test(arguments: [
        (
            "zh-Hant",
            [
                "請求", "擁有人", "駁回", "核准", "放回", "級別", "稽核", "合規人員", "審視", "比對", "種類", "記錄", "現時", "現行",
                "檢視", "逾期", "過期", "送出", "容許", "輪候",
            ]
        ),
        (
            "zh-Hans",
            [
                "请求", "拥有人", "驳回", "核准", "放回", "级别", "稽核", "合规人员", "审视", "比对", "种类", "评核", "现时", "现行",
                "检视", "逾期", "过期", "等候", "容许", "轮候",
            ]
        ),
    ])
    func chineseHasOneWordForEachIdea(_ language: String, _ secondWords: [String]) throws {
        let files = try BundledFiles.texts(in: .texts, suffix: ".\(language).yaml")
        #expect(files.count == 4)
        for (name, text) in files {
            #expect(secondWords.filter { text.contains($0) }.isEmpty, "\(name)")
        }
    }
}
