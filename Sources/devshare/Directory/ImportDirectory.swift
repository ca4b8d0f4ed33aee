import ArgumentParser
import DeviceSharing
import EligibilityPolicy
import Foundation
import SharingEngine

/// `devshare directory import`.
struct ImportDirectory: Verb {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Brings users and devices up to date from a file.",
        discussion: """
            JSON Lines (.jsonl, .ndjson) has one object on each line, as here but without line breaks; what is not known is left out:

              {"type": "user", "id": "maria01",
               "entity": "E-1", "entityKind": "individual",
               "registeredAt": "2024-03-01T09:00:00Z",
               "identity": {
                 "dateOfBirth": "1980-02-29",
                 "citizenship": "DE", "residence": "DE",
                 "document": {"type": "passport", "number": "C01X00T47"},
                 "socialSecurityNumber": null}}

              {"type": "user", "id": "maria02",
               "entity": "E-1", "entityKind": "individual",
               "registeredAt": "2021-06-15T09:00:00Z"}

              {"type": "device", "id": "DSC-7", "holder": "maria02",
               "kind": "dsc-plus", "activatedAt": "2025-01-10T09:00:00Z",
               "expiresAt": null}

            A device without activatedAt is issued only; one of a temporary kind needs expiresAt. What leaves has rows of its own:

              {"type": "device-deactivated", "id": "DSC-7", "reason": "worn out"}
              {"type": "device-lost", "id": "DSC-8"}
              {"type": "user-closed", "id": "maria01"}

            CSV (.csv, RFC 4180) has a header with the same names, dotted and in any order, and one row for each user or device:

              type,id,entity,entityKind,person,adult,registeredAt,
              identity.dateOfBirth,identity.citizenship,
              identity.residence,identity.document.type,
              identity.document.number,identity.socialSecurityNumber,
              holder,kind,activatedAt,expiresAt,reason

            Fields may be separated by semicolons, tabs or bars too. The file is UTF-8, or UTF-16 with or without a byte order mark; \
            CSV in another encoding is refused as a whole, since letters would be lost.

            person is one id for all logins of one person, and adult says whether that person is of age: yes, no or unknown. Both \
            may be left out; what is on file then stays.

            Somebody with two citizenships has DE/TR. Further documents are documents: [{…}] in JSON, and columns \
            identity.documents.1.type, identity.documents.1.number (to 8) in CSV; each may have its issuingCountry. Stand-ins \
            such as N/A and 000000, and numbers that a spreadsheet has damaged, are refused.

            A row that is wrong is reported with its line and the others are kept; exit status 65 says that there was one. Users \
            are recorded first and closed last, and rows about one device count in their order. Importing twice changes nothing. The file may be of any length; a row has at most \
            65,536 bytes.

            Identity data is never stored: only fingerprints under a secret key (DEVSHARE_IDENTITY_KEY, 64 or more hexadecimal \
            digits). Beside an embedded server a key is made and kept in its folder where none is configured.

              devshare directory import directory.jsonl
              devshare directory import export.txt --format csv

            Acts as the operator.

            \(ExitStatus.help)
            """)

    @OptionGroup var source: DirectoryFileOptions
    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let (file, format) = (source.file, try source.chosenFormat())
        let text = try await ImportText(FileChunks(file), format: format)
        let summary = try await Database.open(settings) { database in
            try await database.withEngine { engine in
                let key = CachedKey { try IdentityKey.load(database) }
                let directory = DirectoryImport(
                    text: text, format: format, engine: engine, key: { try key.get() }, context: context.context(as: .operator),
                    words: try Words(settings.language, policy: engine.activePolicy))
                return try await directory.run()
            }
        }
        if settings.json {
            Output.line(summary.json)
        } else {
            if !summary.notes.isEmpty { Terminal.print(error: "\(file): \(summary.notes.joined(separator: "; "))") }
            for problem in summary.problems { Terminal.print(error: "\(file):\(problem.line): \(problem.message)") }
            Output.line(
                "\(summary.users.of("user")) and \(summary.devices.of("device")): \(summary.changed) recorded, "
                    + "\(summary.users + summary.devices - summary.changed) unchanged, \(summary.refused) refused")
        }
        guard summary.refused == 0 else {
            throw DevshareError(
                .rowsRefused,
                "\(summary.refused.of("row")) of \(file) \(summary.refused == 1 ? "was" : "were") refused, the others kept",
                advice: "Correct them and import the file again: what is there already stays as it is.")
        }
    }
}
