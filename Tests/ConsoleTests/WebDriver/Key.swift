/// A key, by the character that it types or that stands for it in the WebDriver protocol.
struct Key: Sendable, ExpressibleByStringLiteral {
    let text: String

    init(_ text: String) { self.text = text }
    init(stringLiteral value: String) { text = value }

    static let enter = Key("\u{E007}")
    static let tab = Key("\u{E004}")
    static let escape = Key("\u{E00C}")
    static let space = Key(" ")
    static let down = Key("\u{E015}")
    static let up = Key("\u{E013}")
}
