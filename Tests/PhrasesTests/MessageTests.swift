import BundledFiles
import EligibilityPolicy
import Phrases
import Testing

@Suite("Messages")
struct MessageTests {
    /// Each parameter with a value of its kind.
    private static func parameters(of code: SharingErrorCode, empty: Set<String> = []) -> ErrorParameters {
        ErrorParameters(
            code.parameters.map { parameter in
                let value: ParameterValue =
                    switch parameter.kind {
                    case .integer: 42
                    case .texts: ["first", "second"]
                    case .identityAttributes: ["date-of-birth", "citizenship", "identity-document"]
                    case .identityAttribute: "date-of-birth"
                    case .participant: "owner"
                    case .deviceKind: "sls-card"
                    case .state: "compliance-pending"
                    case .action: "withdraw"
                    case .moment: "2026-05-04T10:05:59Z"
                    case .identifier, .text: .string("<\(parameter.name)>")
                    }
                return (parameter.name, empty.contains(parameter.name) ? "" : value)
            })
    }

    @Test("say everything in every language, with every parameter", arguments: SharingErrorCode.allCases, Language.allCases)
    func complete(code: SharingErrorCode, language: Language) throws {
        let messages = try Texts.messages()
        let catalog = try Texts.defaultPolicy().catalog
        let parameters = Self.parameters(of: code)
        let title = messages.title(for: code, in: language)
        let message = messages.message(for: code, parameters: parameters, in: language, catalog: catalog)
        let advice = messages.advice(for: code, parameters: parameters, in: language, catalog: catalog)
        #expect(!title.isEmpty && title != code.rawValue)
        let end = language == .english ? "." : "。"
        #expect(message.hasSuffix(end), "\(message)")
        #expect(advice.hasSuffix(end), "\(advice)")
        #expect(!(message + advice).contains("{"))
        for parameter in code.parameters where [.identifier, .text].contains(parameter.kind) {
            #expect((message + advice).contains("<\(parameter.name)>"), "\(parameter.name)")
        }
        let isChinese = (message + advice + title).unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) }
        #expect(isChinese == (language != .english))
    }

    @Test("are different in each language", arguments: SharingErrorCode.allCases)
    func translated(code: SharingErrorCode) throws {
        let messages = try Texts.messages()
        let catalog = try Texts.defaultPolicy().catalog
        let texts = Language.allCases.map {
            messages.title(for: code, in: $0)
                + messages.message(for: code, parameters: Self.parameters(of: code), in: $0, catalog: catalog)
        }
        #expect(Set(texts).count == texts.count)
    }

    @Test("have other advice where no device can be recommended", arguments: Language.allCases)
    func withoutRecommendation(language: Language) throws {
        let messages = try Texts.messages()
        let catalog = try Texts.defaultPolicy().catalog
        let code = SharingErrorCode.deviceSecurityLevelTooLow
        let with = messages.advice(for: code, parameters: Self.parameters(of: code), in: language, catalog: catalog)
        let without = messages.advice(
            for: code, parameters: Self.parameters(of: code, empty: ["recommendedDevice"]), in: language, catalog: catalog)
        #expect(with.contains("<recommendedDevice>"))
        #expect(with != without && !without.isEmpty && !without.contains("<"))
    }

    @Test("name the officer who is in the way where there is one", arguments: Language.allCases)
    func claimed(language: Language) throws {
        let messages = try Texts.messages()
        let catalog = try Texts.defaultPolicy().catalog
        func advice(_ parameters: ErrorParameters) -> String {
            messages.advice(for: .invalidTransition, parameters: parameters, in: language, catalog: catalog)
        }
        let claimed: ErrorParameters = [
            "from": "claimed", "attempted": "approve", "claimedBy": "h.tan", "claimedUntil": "2026-11-27T04:03:59Z",
        ]
        let named = advice(claimed)
        #expect(named.contains("h.tan") && named.contains("2026-11-27 04:03 UTC"), "\(named)")
        let unnamed = advice(["from": "ended", "attempted": "approve"])
        #expect(!unnamed.isEmpty && unnamed != named && !unnamed.contains("UTC"), "\(unnamed)")
    }

    @Test("read as sentences")
    func sentences() throws {
        let messages = try Texts.messages()
        let catalog = try Texts.defaultPolicy().catalog
        func message(_ code: SharingErrorCode, _ parameters: ErrorParameters, _ language: Language) -> String {
            messages.message(for: code, parameters: parameters, in: language, catalog: catalog)
        }
        let attributes: ErrorParameters = ["attributes": ["date-of-birth", "citizenship", "identity-document"]]
        #expect(
            message(.identityMismatch, attributes, .english) == "The two users belong to different entities, and their "
                + "identity data differ in date of birth, citizenship and identity document.")
        #expect(
            message(.identityMismatch, attributes, .traditionalChinese)
                == "兩位用戶屬於不同實體，而其身分資料有以下項目不符：出生日期、國籍及身分證明文件。")
        let temporary: ErrorParameters = ["participant": "owner", "device": "TC-5"]
        #expect(
            message(.temporaryDeviceAssigned, temporary, .english) == "The device owner currently has the temporary device TC-5.")
        #expect(message(.temporaryDeviceAssigned, temporary, .simplifiedChinese) == "设备持有人当前正在使用临时设备 TC-5。")
        let kind: ErrorParameters = ["device": "K-1", "kind": "ib-key"]
        #expect(message(.deviceNotShareable, kind, .english) == "Device K-1 is of a kind that cannot be shared (IB Key).")
        #expect(message(.deviceNotShareable, kind, .traditionalChinese) == "裝置 K-1 屬於不可共用的類別（IB Key 驗證程式）。")
        let stale: ErrorParameters = ["givenAt": "2026-05-04T10:05:59Z", "maximumAgeMinutes": 15]
        #expect(
            message(.ownerConsentStale, stale, .english)
                == "The device owner consented on 2026-05-04 10:05 UTC. A consent is good for 15 minutes.")
        let stream: ErrorParameters = ["stream": "user/maria", "expected": 3, "actual": 4]
        #expect(message(.versionConflict, stream, .english).hasPrefix("user/maria has changed"), "an id is never changed")
    }

    @Test("that are incomplete, unknown or do not fit are refused with their place")
    func refused() throws {
        let english = try BundledFiles.text("messages.en.yaml", in: .texts)
        func problems(_ changed: String) -> [String] {
            do throws(PolicyError) {
                _ = try MessageCatalog.load(texts: [("messages.en.yaml", changed)])
                return []
            } catch {
                return error.problems.map(\.description)
            }
        }
        #expect(problems(english).allSatisfy { $0.contains("there are no messages in zh-") })
        let line =
            try #require(
                english.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("title: No such user") }
            ) + 1
        let changes: [(String, String, String)] = [
            (
                "  user-not-found:", "  user-not-fond:",
                "messages.en.yaml:\(line - 1):3: 'errors' has no key 'user-not-fond'\n    Did you mean 'user-not-found'?"
            ),
            ("    title: No such user\n", "", "messages.en.yaml:\(line):5: an error needs 'title'"),
            (
                "There is no user {user}.", "There is no such user.",
                "messages.en.yaml:\(line):5: neither message nor advice of 'user-not-found' mentions {user}"
            ),
            (
                "There is no user {user}.", "There is no {user} {usr}.",
                "messages.en.yaml:\(line + 1):33: 'user-not-found' has no parameter {usr}"
            ),
            (
                "There is no user {user}.", "There is no user {user.",
                "messages.en.yaml:\(line + 1):31: a brace without its partner"
            ),
            ("    owner: The device owner\n", "", "'participants' needs 'owner'"),
            (
                "      recommendedDevice: The owner has", "      device: The owner has",
                "'device' is not a parameter of 'device-security-level-too-low' that may be empty"
            ),
        ]
        for (text, replacement, expected) in changes {
            #expect(english.contains(text))
            let found = problems(english.replacing(text, with: replacement))
            #expect(found.contains { $0.contains(expected) }, "\(expected)\ngot: \(found)")
        }
    }
}
