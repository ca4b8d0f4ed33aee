import Canonical
import Foundation
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("The JSON Schema of files of cases")
struct CasesSchemaTests {
    private static func schema() throws -> JSONValue { try JSONValue(parsing: Files.policyText("cases.schema.json")) }

    /// - Parameter isWhole: whether the members that a reader needs are asked for: facts of a case are whole only with those that
    ///   cases begin from.
    private func expect(_ schema: JSONValue?, matches shape: MappingShape, isWhole: Bool) {
        #expect(Set(schema?["properties"]?.objectValue?.members.map(\.name) ?? []) == Set(shape.keys), "\(shape.noun)")
        #expect(schema?["additionalProperties"] == .bool(false), "\(shape.noun)")
        let required = schema?["required"]?.arrayValue?.compactMap(\.stringValue)
        #expect(required == (isWhole ? shape.required : nil), "\(shape.noun)")
    }

    private func texts(_ schema: JSONValue?) -> [String] { schema?["enum"]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    @Test("knows the members, choices and limits that the reader knows")
    func agreesWithReader() throws {
        let schema = try Self.schema()
        let definitions = schema["$defs"]
        expect(schema, matches: PolicyTestSuite.file, isWhole: true)
        expect(definitions?["case"], matches: PolicyTestSuite.testCase, isWhole: true)
        expect(definitions?["failure"], matches: PolicyTestSuite.failure, isWhole: true)
        expect(definitions?["facts"], matches: FactsShape.facts, isWhole: false)
        expect(definitions?["participant"], matches: FactsShape.participant, isWhole: false)
        expect(definitions?["device"], matches: FactsShape.device, isWhole: true)
        expect(definitions?["identity"], matches: FactsShape.identity, isWhole: false)
        expect(definitions?["consent"], matches: FactsShape.consent, isWhole: false)
        let members = definitions?["case"]?["properties"]
        #expect(texts(members?["expect"]) == Outcome.allCases.map(\.rawValue))
        #expect(members?["approvals"]?["maximum"]?.integerValue == Int64(PolicyLimits.approvals.upperBound))
        #expect(members?["failing"]?["maxItems"]?.integerValue == Int64(PolicyLimits.rules))
        #expect(schema["properties"]?["cases"]?["maxItems"]?.integerValue == Int64(PolicyTestSuite.maximumCases))
        let error = definitions?["failure"]?["properties"]?["error"]?["anyOf"]?.arrayValue
        #expect(texts(error?.first) == SharingErrorCode.allCases.map(\.rawValue))
        #expect(texts(definitions?["comparison"]) == IdentityComparison.allCases.map(\.rawValue))
        #expect(
            texts(definitions?["participant"]?["properties"]?["entityKind"]) == EntityKind.allCases.map(\.rawValue))
    }

    /// Such as a reader takes, and such as it refuses for their form.
    private static let right = [
        "cases: [{id: a, expect: approve}]",
        "cases: [{id: 1, about: 2, with: {}, expect: approve, approvals: 0}]",
        "cases: [{id: a, with: {consent: null, requester: {devices: []}}, expect: reject, failing: [a-rule]}]",
        "cases: [{id: a, expect: review, failing: [{rule: a, error: identity-mismatch, parameters: {attributes: [a], n: 7}}]}]",
        "cases: [{id: a, expect: reject, failing: [{rule: a, error: policy.of-its-own}]}]",
        "cases: [{id: a, with: {submittedAt: \"2026-05-04T10:05:00.5+08:00\"}, expect: approve}]",
    ]
    private static let wrong = [
        "cases: []", "cases: [{expect: approve}]", "cases: [{id: a}]", "cases: [{id: a, expect: approved}]",
        "cases: [{id: A b, expect: approve}]", "cases: [{id: a, expect: approve, failing: [a]}]",
        "cases: [{id: a, expect: reject}]", "cases: [{id: a, expect: review, failing: []}]",
        "cases: [{id: a, expect: approve, because: b}]", "cases: [{id: a, expect: approve, approvals: 3}]",
        "cases: [{id: a, with: {sharedWith: -1}, expect: approve}]", "cases: [{id: a, with: {shared: 1}, expect: approve}]",
        "cases: [{id: a, with: {submittedAt: yesterday}, expect: approve}]",
        "cases: [{id: a, with: {identity: {document: matches}}, expect: approve}]",
        "cases: [{id: a, with: {owner: {devices: [{id: D}]}}, expect: approve}]",
        "cases: [{id: a, expect: reject, failing: [{rule: a, error: unheard-of}]}]",
        "cases: [{id: a, expect: reject, failing: [{rule: a, error: policy.Unheard}]}]",
        "cases: [{id: a, expect: reject, failing: [{rule: a, parameters: {a: {b: c}}}]}]",
    ]

    @Test(
        "accepts what the reader accepts, the bundled cases first, and refuses what is wrong in form",
        .enabled(if: Python.hasValidator, "needs python3 with jsonschema and yaml"))
    func validates() throws {
        let schema = Files.policies.appendingPathComponent("cases.schema.json").path
        let facts = try Files.policyText("device-sharing.tests.yaml").components(separatedBy: "cases:\n")[0]
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cases-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var files = [Files.policies.appendingPathComponent("device-sharing.tests.yaml").path]
        for (number, cases) in (Self.right + Self.wrong).enumerated() {
            let file = folder.appendingPathComponent("\(number).tests.yaml")
            try (facts + cases + "\n").write(to: file, atomically: true, encoding: .utf8)
            files.append(file.path)
            let isRead = (try? PolicyTestSuite.load(facts + cases + "\n", file: "t.yaml")) != nil
            #expect(isRead == (number < Self.right.count), "\(cases)")
        }
        let valid = try Python.validity(of: files, schema)
        #expect(valid.first == true, "the bundled cases")
        for (cases, isValid) in zip(Self.right + Self.wrong, valid.dropFirst()) {
            #expect(isValid == Self.right.contains(cases), "\(cases)")
        }
    }
}
