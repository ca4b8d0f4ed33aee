import Foundation
import TestSupport
import Testing

@testable import devshare

@Suite("What authors of policies read is in their language", .fewAtOnce) struct PolicyLanguageTests {
    private let policy = Program.root.appendingPathComponent("Policies/device-sharing.yaml").path
    private let cases = Program.root.appendingPathComponent("Policies/device-sharing.tests.yaml").path

    private func candidate(_ old: String, _ new: String) throws -> String {
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        #expect(text.contains(old))
        return try temporaryFile("candidate.yaml", text.replacing(old, with: new))
    }

    @Test("and every phrase is there, in each language another")
    func phrases() throws {
        let languages = try ["en", "zh-Hant", "zh-Hans"].map { language in
            try AuthorWords(#require(SettingsOptions.parse(["--language", language]).language))
        }
        for phrase in PolicyPhrase.allCases {
            let texts = languages.map { $0.say(phrase) }
            #expect(!texts.contains(phrase.rawValue), "\(phrase.rawValue)")
            #expect(texts[0] != texts[1] && texts[0] != texts[2], "\(phrase.rawValue)")
        }
    }

    @Test("in cases that fail: outcomes, titles of rules, the client's message")
    func test() async throws {
        let stricter = try candidate("duration('15m')", "duration('5m')")
        let outcome = try await Program().run("policy", "test", stricter, "--cases", cases, "--language", "zh-Hant")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("不通過  consent-fifteen-minutes-old（第 "))
        #expect(outcome.output.contains("    預期為已批准，實際為已拒絕\n"))
        #expect(outcome.output.contains("規則 'owner-consent-fresh'（裝置持有人的同意仍在有效時間內）不符合，預期應符合"))
        #expect(outcome.output.contains("owner-consent-stale: 裝置持有人於 2026-05-04 09:50 UTC 表示同意"))
        #expect(outcome.output.contains("consent.given 為 true"))
        #expect(outcome.output.contains(" 個案例通過，"))
    }

    @Test("in a check: warnings by their kind, titles of invariants, and what an error's code says")
    func check() async throws {
        let unused = try candidate("  widelyShared: 3", "  widelyShared: 3\n  forgotten: 4")
        let warned = try await Program().run("policy", "check", unused, "--language", "zh-Hans")
        #expect(warned.output.contains("是有效的政策：device-sharing"), "\(warned.output)")
        #expect(warned.output.contains("警告：常量 'forgotten' 未被使用；请删除\n"))
        let bad = try candidate("require: consent.given\n", "require: consent.givn\n")
        let refused = try await Program().run("policy", "check", bad, "--language", "zh-Hant")
        #expect(refused.status == 65)
        let lines = refused.error.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("policy-invalid: 政策無效。") == true, "\(refused.error)")
        #expect(lines.dropFirst().first?.hasPrefix("\(bad):") == true)
        let loose = try candidate("require: consent.given\n", "require: consent.given || requester.id == 'jon01'\n")
        let broken = try await Program().run(
            "policy", "check", loose, "--language", "zh-Hant", "--invariants",
            policy.replacing("device-sharing.yaml", with: "invariants.yaml"))
        #expect(broken.output.contains("警告：違反不變條件 'consent-of-the-owner'（"), "\(broken.output)")
    }

    @Test("in a comparison: the verdict, what changed, and the outcomes")
    func diff() async throws {
        let stricter = try candidate("duration('168h')", "duration('336h')")
        let outcome = try await Program().run("policy", "diff", policy, stricter, "--language", "zh-Hant")
        #expect(outcome.output.hasPrefix("stricter：部分申請的結果較嚴，沒有較寬的\n"), "\(outcome.output)")
        #expect(outcome.output.contains("變更  常數 deviceMinimumAge\n    數值: duration('168h') → duration('336h')"))
        #expect(outcome.output.contains("    舊政策的決定為已批准，新政策的決定為待合規審批 (device-seasoned)"))
    }

    @Test("in an explanation")
    func explain() async throws {
        let lines = try String(contentsOfFile: cases, encoding: .utf8).split(separator: "\n")
        let facts = lines.drop { $0 != "facts:" }.dropFirst().prefix { $0 != "cases:" }.filter { !$0.contains("consent:") }
        let file = try temporaryFile("facts.yaml", facts.map { $0.dropFirst(2) + "\n" }.joined())
        let outcome = try await Program().run(
            "policy", "explain", "--facts", file, "--policy", policy, "--language", "zh-Hans")
        #expect(outcome.output.hasPrefix("已拒绝，依据 device-sharing 2026.3\n"), "\(outcome.output)")
        #expect(outcome.output.contains("  已拒绝，owner-consent-missing："))
        #expect(outcome.output.contains("客户所看到的文字："))
    }
}
