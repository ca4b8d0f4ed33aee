import EligibilityPolicy
import Testing

@Suite("Parameters of an error")
struct ErrorParametersTests {
    @Test("are equal whatever the order in which they were given")
    func orderDoesNotMatter() {
        let one: ErrorParameters = ["level": 10, "device": "D-1", "requiredLevel": 40]
        let other: ErrorParameters = ["requiredLevel": 40, "level": 10, "device": "D-1"]
        #expect(one == other)
        #expect(one.map(\.name) == ["device", "level", "requiredLevel"])
    }

    @Test("keep the last of two values with one name")
    func lastValueCounts() {
        let parameters = ErrorParameters([("device", "D-1"), ("device", "D-2")])
        #expect(parameters["device"] == "D-2")
        #expect(parameters.count == 1)
    }

    @Test("are declared for every code with distinct names in camel case", arguments: SharingErrorCode.allCases)
    func declarations(code: SharingErrorCode) {
        let names = code.parameters.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.first?.isLowercase == true)
            #expect(name.allSatisfy { $0.isASCII && $0.isLetter })
        }
    }

    @Test("codes are lower-case words joined by hyphens", arguments: SharingErrorCode.allCases)
    func codes(code: SharingErrorCode) {
        #expect(code.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
    }
}
