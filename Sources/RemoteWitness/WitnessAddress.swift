import Foundation
import SharingAudit
import SharingLog

/// Where a witness keeps the newest checkpoint: an https URL, or an http one on this machine. Over plain HTTP somebody on the
/// way could show an older checkpoint, which is signed too.
struct WitnessAddress: Sendable, CustomStringConvertible {
    /// Without user and password.
    let url: String
    /// The Authorization header; a secret.
    let authorization: String?

    private static let loopback: Set<String> = ["127.0.0.1", "[::1]", "::1", "localhost"]

    /// Throws `witness-unusable`, never with a password in it.
    init(_ text: String) throws(EngineError) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty, parts.fragment == nil
        else { throw EngineError(.witnessUnusable, "the witness has no URL like https://witness.example.com/sharing") }
        guard scheme == "https" || (scheme == "http" && Self.loopback.contains(host)) else {
            throw EngineError(.witnessUnusable, "the witness on \(host) must have an https URL")
        }
        authorization = parts.user.map { user in
            "Basic " + Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
        }
        (parts.user, parts.password) = (nil, nil)
        guard let url = parts.string else { throw EngineError(.witnessUnusable, "the witness on \(host) has no URL") }
        self.url = url
    }

    var description: String { url }
}
