/// One text in every ``Language``: a missing translation cannot be represented.
public struct LocalizedText: Hashable, Sendable {
    public let english: String
    public let traditionalChinese: String
    public let simplifiedChinese: String

    public init(english: String, traditionalChinese: String, simplifiedChinese: String) {
        self.english = english
        self.traditionalChinese = traditionalChinese
        self.simplifiedChinese = simplifiedChinese
    }

    public subscript(language: Language) -> String {
        switch language {
        case .english: english
        case .traditionalChinese: traditionalChinese
        case .simplifiedChinese: simplifiedChinese
        }
    }
}

extension LocalizedText: CustomStringConvertible {
    public var description: String { english }
}
