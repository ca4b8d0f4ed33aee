import EligibilityPolicy
import TestSupport
import Testing

@Suite(.fewAtOnce) struct LanguageTests {
    @Test(arguments: [
        (nil, Language.english), ("", .english), ("fr", .english), ("en-GB", .english), ("zh", .simplifiedChinese),
        ("zh-TW", .traditionalChinese), ("zh-HK", .traditionalChinese), ("zh-Hant-CN", .traditionalChinese),
        ("zh-Hans-HK", .simplifiedChinese), ("fr, zh-Hant;q=0.4, en;q=0.3", .traditionalChinese),
        ("en;q=0.1, zh-CN ; q=0.9", .simplifiedChinese), ("zh;q=0, en;q=0.5", .english), (";;;,,q=", .english),
    ])
    func theReaderGetsTheLanguageItLikesBest(_ header: String?, _ language: Language) {
        #expect(Language(acceptLanguage: header) == language)
    }
}
