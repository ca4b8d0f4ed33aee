import Foundation
import HTTPEdge

extension KeySource {
    /// As `tokens.jwks` names it: a file, an https URL, or an http one on this machine. Nil for plain HTTP elsewhere.
    init?(setting text: String) {
        let address = text.lowercased()
        if address.hasPrefix("http://") {
            guard let host = URLComponents(string: text)?.host, Loopback.contains(host) else { return nil }
            self = .url(text)
        } else if address.hasPrefix("https://") {
            self = .url(text)
        } else {
            self = .file(URL(fileURLWithPath: text))
        }
    }
}
