import Foundation

/// A directory in which each kind of outcome can be had.
enum SmallDirectory {
    static let jsonLines = """
        {"type":"device","id":"DSC-7","holder":"maria02","kind":"dsc-plus","activatedAt":"2025-01-10T09:00:00Z"}
        {"type":"user","id":"maria01","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z","identity":{"dateOfBirth":"1980-02-29","citizenship":"DE","residence":"DE","document":{"type":"passport","number":"C01X00T47"}}}
        {"type":"user","id":"maria02","entity":"E-1","entityKind":"individual","registeredAt":"2021-06-15T09:00:00Z","identity":{"dateOfBirth":"1980-02-29","citizenship":"DE","residence":"DE","document":{"type":"passport","number":"C01X00T47"}}}
        {"type":"device","id":"SLS-1","holder":"maria01","kind":"sls-card","activatedAt":"2025-01-10T09:00:00Z"}
        {"type":"user","id":"jon01","entity":"E-2","entityKind":"individual","registeredAt":"2020-01-01T09:00:00Z","identity":{"dateOfBirth":"1971-07-04","citizenship":"US","residence":"US","socialSecurityNumber":"412-55-8731"}}
        {"type":"user","id":"jon02","entity":"E-3","entityKind":"individual","registeredAt":"2020-01-01T09:00:00Z","identity":{"dateOfBirth":"1971-07-04","citizenship":"US","residence":"US"}}
        {"type":"device","id":"DSC-8","holder":"jon02","kind":"dsc-plus","activatedAt":"2025-01-10T09:00:00Z"}
        {"type":"user","id":"mei01","entity":"E-4","entityKind":"individual","registeredAt":"2020-01-01T09:00:00Z"}
        {"type":"user","id":"mei02","entity":"E-4","entityKind":"individual","registeredAt":"2020-01-01T09:00:00Z"}
        {"type":"device","id":"IBK-1","holder":"mei02","kind":"ib-key","activatedAt":"2025-01-10T09:00:00Z"}

        """

    static let csv = """
        type,id,holder,kind,activatedAt,entity,entityKind,registeredAt,identity.dateOfBirth,identity.citizenship,identity.residence,identity.document.type,identity.document.number,identity.socialSecurityNumber
        device,DSC-7,maria02,dsc-plus,2025-01-10T09:00:00Z,,,,,,,,,
        user,maria01,,,,E-1,individual,2024-03-01T09:00:00Z,1980-02-29,DE,DE,passport,C01X00T47,
        user,maria02,,,,E-1,"individual",2021-06-15T09:00:00Z,1980-02-29,DE,DE,passport,C01X00T47,
        device,SLS-1,maria01,sls-card,2025-01-10T09:00:00Z,,,,,,,,,
        user,jon01,,,,E-2,individual,2020-01-01T09:00:00Z,1971-07-04,US,US,,,412-55-8731
        user,jon02,,,,E-3,individual,2020-01-01T09:00:00Z,1971-07-04,US,US,,,
        device,DSC-8,jon02,dsc-plus,2025-01-10T09:00:00Z,,,,,,,,,
        user,mei01,,,,E-4,individual,2020-01-01T09:00:00Z,,,,,,
        user,mei02,,,,E-4,individual,2020-01-01T09:00:00Z,,,,,,
        device,IBK-1,mei02,ib-key,2025-01-10T09:00:00Z,,,,,,,,,

        """

    /// Every identity value that stands in it and could be told from other text.
    static let secrets = ["1980-02-29", "1971-07-04", "C01X00T47", "412-55-8731", "412558731"]
}

extension Program {
    /// A program on a database that holds the small directory.
    static func withDirectory() async throws -> Program {
        let (program, _) = try await ready()
        let outcome = try await program.run("directory", "import", try temporaryFile("d.jsonl", SmallDirectory.jsonLines))
        guard outcome.status == 0 else { throw UnexpectedEnd(outcome: outcome) }
        return program
    }

    /// Submits a request that must come to this state, and returns its identifier.
    func submit(_ requester: String, _ owner: String, _ device: String) async throws -> String {
        let outcome = try await run("request", "submit", requester, owner, device, "--consent", "C-1", "--json")
        guard let id = try outcome.json().first?["request"]?["id"]?.stringValue else { throw UnexpectedEnd(outcome: outcome) }
        return id
    }
}
