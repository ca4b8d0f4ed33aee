import Canonical
import DeviceSharing
import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import devshare

@Suite(.fewAtOnce) struct DemoTests {
    @Test func theSameSeedGivesTheSameHistory() {
        let end = Timestamp.now
        let (one, again, other) = (DemoHistory(seed: 3, end: end), DemoHistory(seed: 3, end: end), DemoHistory(seed: 4, end: end))
        #expect(one.requests == again.requests)
        #expect(one.population.users.map(\.id) == again.population.users.map(\.id))
        #expect(one.population.users.map(\.id) != other.population.users.map(\.id))
        #expect(one.population.users.count == DemoHistory.users)
        #expect(one.population.devices.count == DemoHistory.devices)
        #expect(one.requests.count == 200)
        #expect(Set(one.population.devices.map(\.kind)).count == 6)
    }

    @Test func theDemoTellsOfEveryStateAndNeitherItNorItsDatabaseHoldsAnIdentity() async throws {
        let folder = try temporaryFolder()
        let demo = try await Program(directory: folder).run("demo", "--seed", "7", "--keep", "kept")
        #expect(demo.status == 0, "\(demo.error)")
        for state in ["ACTIVE", "PENDING WITH COMPLIANCE", "REJECTED", "WITHDRAWN", "EXPIRED", "ENDED"] {
            #expect(demo.lines.contains { $0.hasPrefix(state + "  ") }, "\(state)")
        }
        #expect(demo.output.contains("All 200 requests"))
        #expect(!demo.output.contains("\u{1B}"))
        #expect(demo.error.isEmpty)

        let program = Program(directory: folder)
        let again = try await program.run("demo", "--keep", "kept")
        #expect(again.status == 65)
        let replay = try await program.run("policy", "replay", "--data", "kept", "--json")
        #expect(try replay.json().first?["differences"] == 0)
        #expect(try await program.run("rebuild", "--verify", "--data", "kept").status == 0)

        let server = try await EmbeddedPostgres.start(
            EmbeddedPostgres.Configuration(directory: folder.appendingPathComponent("kept/server")))
        let connection = try await Connection.connect(ConnectionConfiguration(connectionString: server.connectionString))
        let rows = try await connection.everything()
        await connection.close()
        try await server.stop()
        #expect(rows.count > 10_000)
        let log = try String(contentsOf: server.logFile, encoding: .utf8)
        let kept = Array((rows.joined(separator: "\n") + log + demo.output).utf8)
        let secrets = Secrets(DemoHistory(seed: 7, end: .now).population.users.compactMap(\.identity))
        #expect(secrets.texts.count > 1_000)
        #expect(secrets.found(in: kept).isEmpty)
    }

    @Test func theDemoIsJSONWhereThatIsWanted() async throws {
        let outcome = try await Program(environment: ["DEVSHARE_DATABASE_URL": "host=/nowhere"]).run("demo", "--json")
        let json = try #require(try outcome.json().first)
        #expect(json["requests"] == 200)
        #expect(json["tour"]?.arrayValue?.count == 7)
        let states = try #require(json["states"]?.objectValue)
        #expect(
            states.members.map(\.name) == ["compliance-pending", "active", "rejected", "withdrawn", "expired", "ended"].sorted())
    }
}

/// Identity values as they were given and as they are normalised, to be looked for in a text.
private struct Secrets {
    /// Dates, document numbers and social security numbers; country codes are looked for as values of their own, in quotes.
    let texts: Set<String>

    init(_ identities: [DemoIdentity]) {
        var texts: Set<String> = []
        for identity in identities {
            texts.insert(identity.dateOfBirth)
            texts.insert("\"\(identity.citizenship)\"")
            texts.insert("\"\(identity.residence)\"")
            if let document = identity.document { texts.insert(document) }
            if let number = identity.socialSecurityNumber {
                texts.insert(number)
                texts.insert(number.replacing("-", with: ""))
            }
        }
        self.texts = texts
    }

    /// One walk over the text for all values of one length: there are thousands of them. Within a longer run of hexadecimal
    /// digits, such as a hash, a number is there by chance.
    func found(in text: [UInt8]) -> [String] {
        var found: [String] = []
        for (length, values) in Dictionary(grouping: texts, by: \.utf8.count) where text.count >= length {
            let wanted = Set(values.map { Array($0.utf8)[...] })
            let first = Set(wanted.compactMap(\.first))
            for start in 0...(text.count - length) where first.contains(text[start]) {
                let slice = text[start..<start + length]
                guard wanted.contains(slice) else { continue }
                let neighbours = [start - 1, start + length].filter(text.indices.contains).map { text[$0] }
                if slice.allSatisfy(Self.isHexadecimal), neighbours.contains(where: Self.isHexadecimal) { continue }
                found.append(String(decoding: slice, as: UTF8.self))
            }
        }
        return found
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
