import Canonical
import DeviceSharing

/// `/v1/directory/import`.
enum ImportRoutes {
    static let all = [importDirectory]

    private static let importDirectory = Route(
        method: .post, path: "/v1/directory/import", name: "importDirectory", group: .directory,
        access: .roles([.portal, .operator]), summary: "Brings many users and devices up to date.",
        description: """
            One object a line: `{"type": "user", "id": …}` with the members of UserRecord and, where it is known, `identity` as \
            IdentityRecord; or `{"type": "device", "id": …}` with those of DeviceRecord; or `{"type": "device-deactivated", "id": …, \
            "reason": …}`, `{"type": "device-lost", "id": …}`, `{"type": "user-closed", "id": …}`. Users may follow the devices that \
            they hold. Each line is answered by one of ImportResult, in their order; a line that is refused keeps no other back, and \
            importing twice changes nothing. Where the service has no key for identity fingerprints, lines with an `identity` are \
            refused with `identity-key-missing`. At most 100,000 lines that are not empty are taken, and 16 MiB; what is more is \
            refused as a whole (413). Users are recorded before devices, what happens to one device is taken in the order of its lines, and users are closed \
            last, wherever their lines are. The body may be gzip; the limits are those of what it holds. A client that closes its \
            connection ends the import: what was recorded by then stays. The connection is closed behind the answer.
            """,
        parameters: [.idempotencyKey], body: .lines(.importedLine),
        successes: [
            Route.Success(
                status: .ok, description: "What became of each line: one ImportResult a line.",
                content: .lines(.importResult))
        ],
        ownProblems: [.tooManyLines]
    ) { call in Answer(content: .lines(try await DirectoryImport(call: call).run())) }
}
