import Canonical
import Foundation
import Testing

@testable import EligibilityPolicy

@Suite("The JSON Schema of policy files")
struct SchemaTests {
    private static func schema() throws -> JSONValue { try JSONValue(parsing: Files.policyText("policy.schema.json")) }

    private func expect(_ schema: JSONValue?, matches shape: MappingShape) {
        #expect(schema?["required"]?.arrayValue?.compactMap(\.stringValue) == shape.required, "\(shape.noun)")
        #expect(Set(schema?["properties"]?.objectValue?.members.map(\.name) ?? []) == Set(shape.keys), "\(shape.noun)")
        #expect(schema?["additionalProperties"] == .bool(false), "\(shape.noun)")
    }

    @Test("knows the keys, choices and limits that the loader knows")
    func agreesWithLoader() throws {
        let schema = try Self.schema()
        let properties = schema["properties"]
        let definitions = schema["$defs"]
        expect(schema, matches: PolicyFileShape.file)
        expect(properties?["policy"], matches: PolicyFileShape.policy)
        expect(definitions?["pending"], matches: PolicyFileShape.pending)
        expect(definitions?["device"], matches: PolicyFileShape.device)
        expect(definitions?["rule"], matches: PolicyFileShape.rule)
        expect(definitions?["exemption"], matches: PolicyFileShape.exemption)
        #expect(
            definitions?["evaluationMoment"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
                == EvaluationMoment.allCases.map(\.rawValue))
        #expect(properties?["exemptions"]?["maxItems"]?.integerValue == Int64(PolicyLimits.exemptions))
        expect(definitions?["localizedText"], matches: .localizedText)
        expect(properties?["rejectionReasons"]?["items"], matches: PolicyFileShape.rejectionReason)
        let rule = definitions?["rule"]?["properties"]
        #expect(rule?["error"]?["enum"]?.arrayValue?.compactMap(\.stringValue) == SharingErrorCode.forRules.map(\.rawValue))
        #expect(rule?["otherwise"]?["enum"]?.arrayValue?.compactMap(\.stringValue) == Consequence.allCases.map(\.rawValue))
        #expect(rule?["approvals"]?["maximum"]?.integerValue == Int64(PolicyLimits.approvals.upperBound))
        #expect(properties?["rules"]?["maxItems"]?.integerValue == Int64(PolicyLimits.rules))
        #expect(properties?["devices"]?["maxItems"]?.integerValue == Int64(PolicyLimits.deviceKinds))
        #expect(properties?["rejectionReasons"]?["maxItems"]?.integerValue == Int64(PolicyLimits.rejectionReasons))
        #expect(definitions?["names"]?["maxProperties"]?.integerValue == Int64(PolicyLimits.names))
        #expect(definitions?["expression"]?["maxLength"]?.integerValue == Int64(PolicyLimits.expressionSize))
        #expect(
            definitions?["device"]?["properties"]?["level"]?["maximum"]?.integerValue == Int64(PolicyLimits.levels.upperBound))
    }

    /// What is wrong in these is the form, which a schema can see.
    private static let wrongForm = [
        "unknown-keys", "missing-keys", "wrong-kinds-of-values", "missing-translation", "error-code-unknown",
        "error-code-not-for-rules", "durations", "approvals", "nothing-in-it", "everything-at-once", "not-a-mapping",
    ]

    @Test(
        "accepts what the loader accepts and refuses what is wrong in form",
        .enabled(if: Python.hasValidator, "needs python3 with jsonschema and yaml"))
    func validates() throws {
        let schema = Files.policies.appendingPathComponent("policy.schema.json").path
        let policy = Files.policies.appendingPathComponent("device-sharing.yaml").path
        #expect(try Python.validates(policy, schema))
        for kind in Self.wrongForm {
            #expect(try !Python.validates(Files.golden.appendingPathComponent(kind + ".yaml").path, schema), "\(kind)")
        }
        // Wrong in meaning only: the schema must not be stricter than the language.
        for kind in ["expression-type", "rule-never-fails", "rule-shadowed", "repeated-level", "expression-folded"] {
            #expect(try Python.validates(Files.golden.appendingPathComponent(kind + ".yaml").path, schema), "\(kind)")
        }
    }
}

/// A validator of JSON Schema that many machines have.
private enum Python {
    static let hasValidator: Bool = {
        // Where it cannot be run it is not there.
        (try? run(["-c", "import jsonschema, yaml"])) == 0
    }()

    static func validates(_ file: String, _ schema: String) throws -> Bool {
        let script = """
            import json, sys, yaml, jsonschema
            class Loader(yaml.SafeLoader): pass
            Loader.yaml_implicit_resolvers = {
                k: [r for r in v if r[0] != "tag:yaml.org,2002:timestamp"] for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
            document = yaml.load(open(sys.argv[1], encoding="utf-8"), Loader)
            schema = json.load(open(sys.argv[2], encoding="utf-8"))
            sys.exit(0 if jsonschema.Draft202012Validator(schema).is_valid(document) else 3)
            """
        let status = try run(["-c", script, file, schema])
        #expect(status == 0 || status == 3, "the validator must run")
        return status == 0
    }

    private static func run(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
