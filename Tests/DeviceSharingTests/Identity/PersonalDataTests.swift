import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("Personal data")
struct PersonalDataTests {
    private static let secret = Array("correct horse battery staple 1234".utf8)

    /// Every way in which a value can come to be printed.
    private func printed(_ value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        let children = Mirror(reflecting: value).children.map { "\($0.label ?? ""): \($0.value)" }.joined()
        return [
            String(describing: value), String(reflecting: value), dumped, children, "\(value)", "\([value])",
            "\(Optional(value) as Any)",
        ].joined(separator: "\n")
    }

    @Test("is in no description, dump or mirror")
    func printing() throws {
        let data = try IdentityData(
            dateOfBirth: "1980-02-29", citizenship: "HK", residence: "FR", document: ("passport", "K1234567"),
            socialSecurityNumber: "123-45-6780")
        let key = try FingerprintKey(id: "key-2026", secret: Self.secret)
        let fingerprints = key.fingerprints(of: data)
        let secrets = [
            "1980", "02-29", "HK", "FR", "K1234567", "PASSPORT", "123456780", "123-45-6780", "horse", "battery",
            Self.secret.hex, "99, 111, 114",
        ]
        let numbers = fingerprints.values.values.flatMap { [$0.hex, "\($0[0]), \($0[1]), \($0[2])", "- \($0[0])\n"] }
        for value: Any in [
            data, key, fingerprints, [data], (data, fingerprints), Intent.recordIdentity("alice", fingerprints),
        ] as [Any] {
            let text = printed(value)
            for secret in secrets { #expect(!text.contains(secret), "\(type(of: value))") }
            for number in numbers { #expect(!text.contains(number), "\(type(of: value))") }
        }
        #expect("\(fingerprints)".contains("key-2026") && "\(fingerprints)".contains("date-of-birth"))
    }

    @Test("is in no error, which names the attribute alone")
    func errors() {
        let attempts: [(String, () throws -> IdentityData)] = [
            ("1980-02-31", { try IdentityData(dateOfBirth: "1980-02-31") }),
            ("Ruritania", { try IdentityData(citizenship: "Ruritania") }),
            ("Freedonia", { try IdentityData(residence: "Freedonia") }),
            ("§§§", { try IdentityData(document: ("passport", "§§§")) }),
            ("666-12-3456", { try IdentityData(socialSecurityNumber: "666-12-3456") }),
            ("Pаss", { try IdentityData(document: ("Pаss", "K7654321")) }),
            ("АВ765", { try IdentityData(document: ("passport", "АВ765")) }),
            ("TEST4711", { try IdentityData(document: ("passport", "TEST4711")) }),
            ("7.65E+11", { try IdentityData(document: ("passport", "7.65E+11")) }),
            ("Borduria", { try IdentityData(citizenship: "DE/Borduria") }),
            ("12-34", { try IdentityData(socialSecurityNumber: "12-34") }),
        ]
        for (value, attempt) in attempts {
            let error = #expect(throws: SharingError.self) { try attempt() }
            #expect(error?.code == .invalidIdentityData)
            #expect(!printed(error as Any).contains(value))
        }
        let short = #expect(throws: SharingError.self) { try FingerprintKey(id: "k", secret: Array("hunter2".utf8)) }
        #expect(!printed(short as Any).contains("hunter2"))
    }

    @Test("is in no event: only which attributes are on file")
    func events() throws {
        let data = try IdentityData(dateOfBirth: "1980-02-29", document: ("passport", "K1234567"))
        let fingerprints = try FingerprintKey(id: "k", secret: Self.secret).fingerprints(of: data)
        let scenario = try Scenario.given(.cast).when(.recordIdentity("alice", fingerprints))
        let event = try #require(scenario.events.first)
        #expect(
            String(decoding: event.event.data(), as: UTF8.self)
                == #"{"attributes":["date-of-birth","identity-document"],"keyID":"k","user":"alice"}"#)
        let decided = try scenario.and(identityOf: "dave", fingerprints).when(
            .submit(.first, by: "alice", device: "d-plus", of: "dave"))
        for event in decided.events {
            let text = String(decoding: event.event.data(), as: UTF8.self)
            for value in fingerprints.values.values { #expect(!text.contains(value.hex)) }
        }
    }
}
