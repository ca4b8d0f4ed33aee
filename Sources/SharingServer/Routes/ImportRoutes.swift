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
            IdentityRecord; or `{"type": "device", "id": …}` with those of DeviceRecord. Users may follow the devices that they \
            hold. Each line is answered by one of ImportResult, in their order; a line that is refused keeps no other back, and \
            importing twice changes nothing. Where the service has no key for identity fingerprints, lines with an `identity` are \
            refused with `identity-key-missing`.
            """,
        parameters: [.idempotencyKey], body: .lines,
        successes: [
            Route.Success(
                status: .ok, description: "What became of each line: one ImportResult a line.",
                content: .text(mediaType: DirectoryImport.mediaType))
        ]
    ) { call in
        let results = try await DirectoryImport(call: call).run()
        let text = results.map { String(decoding: $0.canonicalBytes(), as: UTF8.self) + "\n" }.joined()
        return Answer(content: .text(text, mediaType: DirectoryImport.mediaType))
    }
}
