import ArgumentParser
import Canonical
import DeviceSharing
import SharingEngine

/// `devshare privacy erase`.
struct ErasePerson: Verb {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erases what is kept of a user's identity, and records that it did.",
        discussion: """
            Only fingerprints are kept, in a table of their own; the log holds no personal data, so nothing in it changes, and \
            decisions made before stay explained and proved.

              devshare privacy erase maria01

            Acts as the operator.

            \(ExitStatus.help)
            """)

    @Argument(help: "The user.")
    var user: UserID

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.eraseIdentity(user), as: context.context(as: .operator))
            if settings.json { return Output.line(try receipt.erasureJSON()) }
            Output.line(
                receipt.positions.isEmpty
                    ? "there was no identity of \(user) to erase" : "the identity of \(user) was erased (\(receipt.place))")
        }
    }
}

extension Receipt {
    /// With whether there was anything to erase, and where the log says that it was.
    fileprivate func erasureJSON() throws -> JSONValue {
        var json = try self.json().objectValue ?? JSONObject()
        json["erased"] = .bool(!positions.isEmpty)
        if !positions.isEmpty { json["position"] = .integer(positions.lowerBound.rawValue) }
        return .object(json)
    }
}
