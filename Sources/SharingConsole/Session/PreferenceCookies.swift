import EligibilityPolicy
import Foundation
import HTTPTypes

/// What a reader prefers, remembered by the browser.
struct PreferenceCookies: Sendable {
    private static let languageName = "devshare-language"
    /// Written by the pages' script, which alone knows where the reader is.
    private static let zoneName = "devshare-zone"
    private static let year = 31_536_000
    /// Characters of a zone's name, at most.
    private static let maximumZoneLength = 64

    let cookies: CookieRules

    func reader(_ headers: HTTPFields) -> Reader {
        let language = cookies.value(Self.languageName, in: headers).flatMap(Language.init(rawValue:))
        // The script's cookie has no prefix: scripts cannot set one with it on every address.
        let zone = CookieRules(isSecure: false).value(Self.zoneName, in: headers)
        return Reader(
            language: language ?? Language(acceptLanguage: headers[.acceptLanguage]),
            zone: zone.flatMap { $0.utf8.count <= Self.maximumZoneLength ? TimeZone(identifier: $0) : nil })
    }

    func cookie(_ language: Language) -> String { cookies.cookie(Self.languageName, language.rawValue, seconds: Self.year) }
}
