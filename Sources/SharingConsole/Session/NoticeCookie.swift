import Canonical
import HTTPTypes

/// What the page after a form says of what was done.
struct Notice: Hashable, Sendable {
    enum Kind: String, Sendable { case done, problem }

    let kind: Kind
    /// In the reader's language.
    let text: String
    /// What to do about it; nil where there is nothing to do.
    var advice: String?
}

/// Carries a notice over the redirection from a form to the next page.
struct NoticeCookie: Sendable {
    private static let name = "devshare-notice"
    /// Seconds until it is of no interest any more.
    private static let lifetime = 60
    /// Characters of a text that a cookie can carry.
    private static let maximumTextLength = 600

    let seal: CookieSeal
    let cookies: CookieRules

    func cookie(_ notice: Notice) throws -> String {
        let json = JSONValue.members([
            "kind": .string(notice.kind.rawValue), "text": .string(String(notice.text.prefix(Self.maximumTextLength))),
            "advice": notice.advice.map { .string(String($0.prefix(Self.maximumTextLength))) },
        ])
        return cookies.cookie(
            Self.name, try seal.sealed(json.canonicalBytes(), for: Self.name), seconds: Self.lifetime)
    }

    func notice(in headers: HTTPFields) -> Notice? {
        guard let text = cookies.value(Self.name, in: headers), let bytes = seal.opened(text, for: Self.name),
            let json = try? JSONValue(parsing: bytes),
            let kind = json["kind"]?.stringValue.flatMap(Notice.Kind.init(rawValue:)), let words = json["text"]?.stringValue
        else { return nil }
        return Notice(kind: kind, text: words, advice: json["advice"]?.stringValue)
    }

    var forgotten: String { cookies.cookie(Self.name, "", seconds: 0) }
}
