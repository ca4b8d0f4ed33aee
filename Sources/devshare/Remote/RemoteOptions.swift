import ArgumentParser
import Configuration
import DeviceSharingClient
import Foundation

/// The server that a verb asks instead of a database.
struct RemoteOptions: ParsableArguments {
    @Option(
        help: "Ask this server, such as https://sharing.example.com, instead of the database. (DEVSHARE_REMOTE_URL)")
    var server: String?

    @Option(help: "File with the access token for --server. (DEVSHARE_REMOTE_TOKEN: the token itself)")
    var tokenFile: String?

    /// Nil where the verb works on the database.
    func address(_ reader: ConfigReader) throws -> String? {
        guard var address = server ?? reader.string(forKey: "remote.url") else { return nil }
        while address.hasSuffix("/") { address.removeLast() }
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
            throw ValidationError("--server must be an http or https URL.")
        }
        return address
    }

    func client(of address: String, _ reader: ConfigReader, _ settings: Settings) throws -> DeviceSharingClient {
        let token = try tokenFile.map(Self.read) ?? reader.string(forKey: "remote.token", isSecret: true)
        guard let token else {
            throw DevshareError(
                .tokenMissing, "there is no token for \(address.withoutCredentials)",
                advice: "Give --token-file, or set DEVSHARE_REMOTE_TOKEN.")
        }
        // Anything else, such as another file, would be refused on its way, and shown whole in the error.
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw DevshareError(
                .tokenMissing, "\(tokenFile ?? "DEVSHARE_REMOTE_TOKEN") holds no token: that is one line without spaces",
                advice: "The authorisation server issues them; `devshare serve --dev` believes those of `devshare token`.")
        }
        return DeviceSharingClient(.init(server: address, language: settings.language) { token })
    }

    private static func read(_ file: String) throws -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw DevshareError(.fileUnreadable, "\(file) cannot be read")
        }
    }
}
