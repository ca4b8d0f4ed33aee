/// A language that clients and officers read, by its BCP 47 tag.
public enum Language: String, CaseIterable, Hashable, Sendable {
    case english = "en"
    case traditionalChinese = "zh-Hant"
    case simplifiedChinese = "zh-Hans"
}

extension Language: CustomStringConvertible {
    public var description: String { rawValue }
}
