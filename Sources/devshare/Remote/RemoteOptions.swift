import ArgumentParser
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
    func client(_ settings: Settings, _ options: SettingsOptions) async throws -> DeviceSharingClient? {
        let reader = try await options.reader()
        guard var address = server ?? reader.string(forKey: "remote.url") else { return nil }
        while address.hasSuffix("/") { address.removeLast() }
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
            throw ValidationError("--server must be an http or https URL.")
        }
        let token = try tokenFile.map(Self.read) ?? reader.string(forKey: "remote.token", isSecret: true)
        guard let token else {
            throw DevshareError(
                .tokenMissing, "there is no token for \(address)",
                advice: "Give --token-file, or set DEVSHARE_REMOTE_TOKEN.")
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
