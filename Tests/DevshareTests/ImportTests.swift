import Canonical
import Foundation
import TestSupport
import Testing

@testable import devshare

@Suite(.fewAtOnce) struct ImportTests {
    @Test func importingTwiceChangesNothing() async throws {
        let (program, _) = try await Program.ready()
        let file = try temporaryFile("d.jsonl", SmallDirectory.jsonLines)
        let first = try await program.run("directory", "import", file)
        #expect(first.output == "6 users and 4 devices: 10 recorded, 0 unchanged, 0 refused\n")
        let head = try await program.json("events", "tail", "--limit", "1")
        let second = try await program.run("directory", "import", file)
        #expect(second.output == "6 users and 4 devices: 0 recorded, 10 unchanged, 0 refused\n")
        #expect(try await program.json("events", "tail", "--limit", "1") == head)
    }

    @Test func theSameRowsInCSVAndInJSONLinesGiveTheSameDirectory() async throws {
        var contents: [[String]] = []
        for (name, text) in [("d.jsonl", SmallDirectory.jsonLines), ("d.csv", SmallDirectory.csv)] {
            let (program, database) = try await Program.ready()
            #expect(try await program.run("directory", "import", try temporaryFile(name, text)).status == 0)
            contents.append(try await database.dump(["directory_user", "device", "identity_fingerprint"]))
        }
        #expect(contents[0].count == 6 + 4 + 4)
        #expect(contents[0] == contents[1])
    }

    @Test func badRowsAreNamedByLineAndTheGoodOnesKept() async throws {
        let (program, _) = try await Program.ready()
        let file = try temporaryFile(
            "d.jsonl",
            """
            {"type":"user","id":"a","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z"}
            {"type":"user","id":"b","entity":"E-1","entityKind":"person","registeredAt":"2024-03-01T09:00:00Z"}

            {"type":"user","id":"c","entity":"E-1","entityKind":"individual","registeredAt":"yesterday"}
            {"type":"user","id":"d","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z","identity":{"dateOfBirth":"1980-02-30"}}
            {"type":"user","id":"e","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z","identity":{"socialSecurityNumber":"666-12-3456"}}
            not json
            {"type":"device","id":"D-1","holder":"nobody","kind":"dsc-plus"}
            {"type":"device","id":"D-2","holder":"a","kind":"no-such-kind"}
            {"type":"device","id":"D-3","holder":"a","kind":"dsc-plus","activatedAt":"2024-03-01T09:00:00Z","colour":"red"}
            {"type":"device","id":"D-4","holder":"a","kind":"dsc-plus","activatedAt":"2024-03-01T09:00:00Z"}
            """)
        let outcome = try await program.run("directory", "import", file)
        #expect(outcome.status == 65)
        #expect(outcome.output == "1 user and 1 device: 2 recorded, 0 unchanged, 8 refused\n")
        let reported = outcome.error.split(separator: "\n").map { $0.replacing(file, with: "d.jsonl") }
        #expect(
            reported == [
                "d.jsonl:2: entityKind must be individual or organization",
                "d.jsonl:4: registeredAt must be a moment as RFC 3339 has it, such as 2026-11-24T10:00:00Z",
                "d.jsonl:5: invalid-identity-data: date-of-birth must be a date that exists, as YYYY-MM-DD",
                "d.jsonl:6: invalid-identity-data: social-security-number is of a range that is never issued",
                "d.jsonl:7: the line is not JSON (malformed-json at byte 1)",
                "d.jsonl:8: user-not-found: There is no user nobody.",
                "d.jsonl:9: invalid-input: kind: no-such-kind is not in the policy's device catalogue.",
                "d.jsonl:10: colour is no member of a device",
                "rows-refused: 8 rows of d.jsonl were refused, the others kept. Correct them and import the file again: what is there already stays as it is.",
            ])
        let json = try #require(try await program.run("directory", "import", file, "--json").json().first)
        #expect(json["problems"]?.arrayValue?.compactMap { $0["line"]?.integerValue } == [2, 4, 5, 6, 7, 8, 9, 10])
        #expect(json["unchanged"] == 2)
        #expect(!outcome.error.contains("1980-02-30"))
        #expect(!outcome.error.contains("666-12-3456"))
    }

    @Test func noIdentityValueIsPrintedOrKept() async throws {
        let (program, database) = try await Program.ready()
        // The values stand where they do not belong, too.
        let wrong =
            SmallDirectory.jsonLines + #"{"type":"user","id":"412-55-8731 ","C01X00T47":"1980-02-29"}"# + "\n" + "C01X00T47\n"
        let outcome = try await program.run("directory", "import", try temporaryFile("d.jsonl", wrong))
        #expect(outcome.status == 65)
        let kept = try await database.dump().joined(separator: "\n")
        for secret in SmallDirectory.secrets {
            #expect(!kept.contains(secret), "\(secret)")
            #expect(!(outcome.output + outcome.error).contains(secret), "\(secret)")
        }
    }

    @Test func aFileIsReadByItsExtensionOrAsTold() async throws {
        let (program, _) = try await Program.ready()
        let text = try temporaryFile("d.txt", SmallDirectory.csv)
        #expect(try await program.run("directory", "import", text).status == 64)
        #expect(try await program.run("directory", "import", text, "--format", "csv").status == 0)
        let absent = try await program.run("directory", "import", "/nowhere/d.csv")
        #expect(absent.status == 65)
        #expect(absent.error.hasPrefix("file-unreadable: "))
    }

    /// A folder of one's own, so that names in messages are known.
    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = try temporaryFolder().appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }

    private static let header =
        "type,id,entity,entityKind,registeredAt,identity.dateOfBirth,identity.citizenship,identity.residence,"
        + "identity.document.type,identity.document.number,holder,kind,activatedAt\r\n"
    private static let row = "user,ana,E-1,individual,2020-01-01T00:00:00Z,1980-02-29,DE,DE,id,C01X00T47,,,\r\n"

    @Test func csvInAnotherEncodingIsRefusedAsAWholeWithTheLineAndTheEncoding() async throws {
        let (program, database) = try await Program.ready()
        // Two people's numbers, which would be one without the letters that are no UTF-8.
        let head = Array((Self.header + Self.row).utf8)
        let tail = Array("user,ben,E-2,individual,2020-01-01T00:00:00Z,1980-02-29,DE,DE,F".utf8)
        let western = head + tail + [0xFC] + Array("hrerschein,".utf8) + [0xD1] + Array("123456,,,\r\n".utf8)
        let chinese = head + tail + [0xBB, 0xA4, 0xD5, 0xD5] + Array(",K7654321,,,\r\n".utf8)
        let cases = [(western, "Windows-1252"), (chinese, "GB18030")]
        for (bytes, encoding) in cases {
            let path = try file("d.csv", bytes)
            let outcome = try await program.run("directory", "import", path)
            #expect(outcome.status == 65)
            #expect(
                outcome.error.hasPrefix("file-not-utf8: \(path):3 is not UTF-8; it looks like \(encoding)"), "\(outcome.error)")
            #expect(!outcome.error.contains("123456") && !outcome.error.contains("7654321"))
        }
        #expect(try await database.dump(["directory_user"]).isEmpty)
    }

    @Test func utf16IsReadWithOrWithoutAByteOrderMark() async throws {
        let (program, _) = try await Program.ready()
        let text = Self.header + Self.row
        let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for (bytes, name) in [([0xFF, 0xFE] + little, "little"), (little, "little"), ([0xFE, 0xFF] + big, "big"), (big, "big")] {
            let outcome = try await program.run("directory", "import", try file("d.csv", bytes))
            #expect(outcome.status == 0)
            #expect(outcome.output.hasPrefix("1 user and 0 devices"))
            #expect(outcome.error.contains("the file is in UTF-16 (\(name)-endian)"))
        }
        let half = try await program.run("directory", "import", try file("d.csv", little + [0x61]))
        #expect(half.status == 65 && half.error.hasPrefix("file-not-utf8: "))
    }

    @Test func otherSeparatorsAreSeenAndSaid() async throws {
        let (program, _) = try await Program.ready()
        for (separator, noun) in [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")] {
            let text = (Self.header + Self.row).replacing(",", with: separator)
            let outcome = try await program.run("directory", "import", try file("d.csv", Array(text.utf8)))
            #expect(outcome.status == 0)
            #expect(outcome.output.hasPrefix("1 user and 0 devices"))
            #expect(outcome.error.contains("its fields are separated by \(noun)"))
        }
    }

    @Test func linesOfJSONThatAreNotUTF8AreRefusedWithTheEncoding() async throws {
        let (program, _) = try await Program.ready()
        let good = #"{"type":"user","id":"a","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z"}"#
        let start = Array(
            #"{"type":"user","id":"b","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z","identity":{"document":{"type":"F"#
                .utf8)
        let bad = start + [0xFC] + Array(#"hrerschein","number":"K7654321"}}}"#.utf8)
        let path = try file("d.jsonl", Array((good + "\n").utf8) + bad)
        let outcome = try await program.run("directory", "import", path)
        #expect(outcome.status == 65)
        #expect(outcome.output == "1 user and 0 devices: 1 recorded, 0 unchanged, 1 refused\n")
        #expect(outcome.error.hasPrefix("\(path):2: the line is not UTF-8; it looks like Windows-1252"))
        #expect(!outcome.error.contains("7654321"))
    }

    @Test func severalCitizenshipsAndDocumentsAreTheSameInBothFormats() async throws {
        let json = """
            {"type":"user","id":"a","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z","identity":{"dateOfBirth":"1980-02-29","citizenships":["TR","D"],"document":{"type":"passport","number":"C01X00T47","issuingCountry":"DEU"},"documents":[{"type":"id","number":"L22000129"}]}}

            """
        let csv = """
            type,id,entity,entityKind,registeredAt,identity.dateOfBirth,identity.citizenship,identity.documents.1.type,identity.documents.1.number,identity.documents.2.type,identity.documents.2.number,identity.documents.2.issuingCountry
            user,a,E-1,individual,2024-03-01T09:00:00Z,1980-02-29,DE/TR,id,L22000129,passport,C01X00T47,D

            """
        var contents: [[String]] = []
        for (name, text) in [("d.jsonl", json), ("d.csv", csv)] {
            let (program, database) = try await Program.ready()
            let outcome = try await program.run("directory", "import", try temporaryFile(name, text))
            #expect(outcome.status == 0, "\(outcome.error)")
            contents.append(try await database.dump(["identity_fingerprint"]))
        }
        #expect(contents[0].count == 1 && contents[0] == contents[1])
    }

    @Test func thousandsOfRowsInAnyOrderAreAllRecorded() async throws {
        let (program, _) = try await Program.ready()
        var random = SeededGenerator()
        var rows = (0..<600).flatMap { number in
            [
                #"{"type":"user","id":"u\#(number)","entity":"E-\#(number / 3)","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z"}"#,
                #"{"type":"device","id":"D-\#(number)","holder":"u\#(number)","kind":"dsc-plus","activatedAt":"2025-03-01T09:00:00Z"}"#,
            ]
        }
        rows.shuffle(using: &random)
        let outcome = try await program.run("directory", "import", try temporaryFile("d.jsonl", rows.joined(separator: "\n")))
        #expect(outcome.output == "600 users and 600 devices: 1200 recorded, 0 unchanged, 0 refused\n", "\(random)")
    }
}

@Suite struct RowReaderTests {
    private func rows(_ reader: any RowReader, _ text: String, cut: (inout [UInt8]) -> [UInt8]) -> [String] {
        var reader = reader
        var bytes = Array(text.utf8)
        var rows: [RawRow] = []
        while !bytes.isEmpty { rows += reader.read(cut(&bytes)) }
        rows += reader.finish()
        return rows.map { row in
            switch row.fields {
            case .success(let fields):
                "\(row.line): " + fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            case .failure(let problem): "\(row.line): PROBLEM \(problem.message)"
            }
        }
    }

    private func rows(_ reader: any RowReader, _ text: String) -> [String] {
        rows(reader, text) { bytes in
            defer { bytes = [] }
            return bytes
        }
    }

    @Test func quotedFieldsHoldCommasQuotesAndLineBreaksAndLinesAreCountedThroughThem() {
        let text = "id,kind\r\n\"a,1\",\"he said \"\"x\"\"\"\r\n\"two\nlines\",b\n\nlast,c"
        #expect(
            rows(CSVReader(), text) == ["2: id=a,1 kind=he said \"x\"", "3: id=two\nlines kind=b", "6: id=last kind=c"])
    }

    @Test func whatIsNoCSVIsNamedByItsLine() {
        let text = "id,kind\na\nb,c,d\n\"e\"f,g\nh\"i,j\nk,l\n\"open,m"
        #expect(
            rows(CSVReader(), text) == [
                "2: PROBLEM the row has 1 fields, the header 2", "3: PROBLEM the row has 3 fields, the header 2",
                "4: PROBLEM something follows the end of a quoted field",
                "5: PROBLEM a quote stands within a field that is not quoted",
                "6: id=k kind=l", "7: PROBLEM a quoted field is not closed",
            ])
    }

    @Test func aHeaderThatIsWrongIsReportedOnce() {
        #expect(rows(CSVReader(), "id,colour\na,b\nc,d\n") == ["1: PROBLEM the header names colour, which no row has"])
        #expect(rows(CSVReader(), "id,id\na,b\n") == ["1: PROBLEM the header names a column twice"])
    }

    @Test func rowsWithoutAnyValueAreSkippedAndColumnsWithoutANameHoldNone() {
        let text = ",,\r\nid,kind,,\r\na,b,,\r\n,,,\r\n , ,,\r\n,,,,,,\r\nc,d,,\r\ne,f,x,\r\ng,h,,,,\r\ni,j,,,k\r\n"
        #expect(
            rows(CSVReader(), text) == [
                "3: id=a kind=b", "7: id=c kind=d", "8: PROBLEM the row has 4 fields, the header 2", "9: id=g kind=h",
                "10: PROBLEM the row has 5 fields, the header 2",
            ])
        #expect(
            rows(CSVReader(), "id,,kind\na,,b\nc,x,d\n") == [
                "2: id=a kind=b", "3: PROBLEM the row has a value in a column without a name",
            ])
    }

    @Test func theSeparatorIsTakenFromTheHeaderOrFromALineThatSaysIt() {
        for separator in [",", ";", "\t", "|"] {
            let text = "id,kind\n\"a,1\",b\n".replacing("d,k", with: "d\(separator)k").replacing("\",b", with: "\"\(separator)b")
            #expect(rows(CSVReader(), text) == ["2: id=a,1 kind=b"])
            #expect(rows(CSVReader(), "sep=\(separator)\r\n" + text) == ["3: id=a,1 kind=b"])
            #expect(rows(CSVReader(), "\u{FEFF}\"SEP=\(separator)\"\n" + text) == ["3: id=a,1 kind=b"])
        }
        #expect(rows(CSVReader(), "a:b\nc:d\n").first?.contains("no comma, semicolon, tab or bar") == true)
        #expect(rows(CSVReader(), "id,kind\ra,b\rc,d").first?.contains("carriage returns") == true)
    }

    @Test func whatIsNotUTF8IsNoText() {
        var reader = CSVReader()
        let rows = reader.read(Array("id,kind\n".utf8) + [0xD1] + Array("1,b\nc,d\n".utf8))
        #expect(rows.count == 2)
        guard case .failure(let problem)? = rows.first?.fields else {
            Issue.record("the row was read")
            return
        }
        #expect(problem.message == "the row is not UTF-8")
    }

    @Test func aRowThatIsTooLongIsRefusedAndTheNextOneRead() {
        let long = String(repeating: "x", count: ImportLimits.row + 1)
        #expect(
            rows(CSVReader(), "id,kind\n\(long),a\nb,c\n") == ["2: PROBLEM the row has more than 65536 bytes", "3: id=b kind=c"])
        #expect(
            rows(JSONLinesReader(), "{\"id\":\"\(long)\"}\n{\"id\":\"b\"}\n") == [
                "1: PROBLEM the line has more than 65536 bytes", "2: id=b",
            ])
    }

    @Test func anEmptyFileAndAByteOrderMarkAreNoRows() {
        #expect(rows(CSVReader(), "").isEmpty)
        #expect(rows(JSONLinesReader(), "\u{FEFF}{\"id\":\"a\"}\n\n  \n") == ["1: id=a"])
        #expect(rows(CSVReader(), "\u{FEFF}id\na\n") == ["2: id=a"])
    }

    @Test func whereTheBytesAreCutMakesNoDifference() {
        var random = SeededGenerator()
        let pieces = ["a", ",", "\"", "\"\"", "\n", "\r\n", "é", "{\"id\":\"x\"}", " "]
        for _ in 0..<500 {
            let text = "id,kind\n" + (0..<random.below(30)).map { _ in random.pick(pieces) }.joined()
            for reader in [CSVReader(), JSONLinesReader()] as [any RowReader] {
                let whole = rows(reader, text)
                let cut = rows(reader, text) { bytes in
                    let count = min(bytes.count, 1 + random.below(5))
                    defer { bytes.removeFirst(count) }
                    return Array(bytes.prefix(count))
                }
                #expect(cut == whole, "\(random): \(text)")
            }
        }
    }
}
