import Canonical
import Foundation
import TestSupport
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
        expect(definitions?["reason"], matches: PolicyFileShape.reason)
        #expect(
            definitions?["evaluationMoment"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
                == EvaluationMoment.allCases.map(\.rawValue))
        #expect(properties?["exemptions"]?["maxItems"]?.integerValue == Int64(PolicyLimits.exemptions))
        expect(definitions?["localizedText"], matches: .localizedText)
        expect(properties?["rejectionReasons"]?["items"], matches: PolicyFileShape.rejectionReason)
        let rule = definitions?["rule"]?["properties"]
        #expect(definitions?["code"]?["enum"]?.arrayValue?.compactMap(\.stringValue) == SharingErrorCode.forRules.map(\.rawValue))
        #expect(rule?["error"]?["anyOf"] == [["$ref": "#/$defs/code"], ["$ref": "#/$defs/reasonID"]])
        #expect(definitions?["reasonID"]?["maxLength"]?.integerValue == Int64(PolicyReasonID.maximumTextLength))
        let parameters = definitions?["reason"]?["properties"]?["parameters"]
        #expect(parameters?["maxProperties"]?.integerValue == Int64(PolicyLimits.reasonParameters))
        #expect(
            parameters?["additionalProperties"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
                == ErrorParameter.Kind.allCases.map(\.rawValue))
        #expect(properties?["reasons"]?["maxItems"]?.integerValue == Int64(PolicyLimits.reasons))
        #expect(properties?["disclosures"]?["maxProperties"]?.integerValue == Int64(PolicyLimits.reasons))
        #expect(
            definitions?["disclosure"]?["anyOf"]?.arrayValue?.first?["enum"]
                == [.string(Disclosure.itselfName), .string(Disclosure.nothingName)])
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

    @Test("gives each error a rule may name the parameters of that error, all of them and no others")
    func parameters() throws {
        let conditions = try #require(try Self.schema()["$defs"]?["rule"]?["allOf"]?.arrayValue)
        let codes = conditions.map { $0["if"]?["properties"]?["error"]?["const"]?.stringValue }
        #expect(codes == SharingErrorCode.forRules.map(\.rawValue))
        for (condition, code) in zip(conditions, SharingErrorCode.forRules) {
            let parameters = condition["then"]?["properties"]?["parameters"]
            let names = code.parameters.map(\.name)
            guard !names.isEmpty else {
                #expect(parameters?["maxProperties"] == 0, "\(code)")
                continue
            }
            #expect(condition["then"]?["required"] == ["parameters"], "\(code)")
            #expect(parameters?["additionalProperties"] == .bool(false), "\(code)")
            #expect(parameters?["required"]?.arrayValue?.compactMap(\.stringValue) == names, "\(code)")
            let members = parameters?["properties"]?.objectValue?.members ?? []
            #expect(Set(members.map(\.name)) == Set(names), "\(code)")
            for parameter in code.parameters {
                #expect(
                    parameters?["properties"]?[parameter.name]?["description"] == .string(parameter.documentation), "\(code)")
            }
        }
    }

    /// What is wrong in these is the form, which a schema can see.
    private static let wrongForm = [
        "unknown-keys", "missing-keys", "wrong-kinds-of-values", "missing-translation", "error-code-unknown",
        "error-code-not-for-rules", "reason-ids", "reason-keys", "reason-disclosure", "error-parameters",
        "error-without-parameters", "durations", "approvals", "nothing-in-it",
        "everything-at-once", "not-a-mapping",
    ]

    @Test(
        "accepts what the loader accepts and refuses what is wrong in form",
        .enabled(if: Python.hasValidator, "needs python3 with jsonschema and yaml"))
    func validates() throws {
        let schema = Files.policies.appendingPathComponent("policy.schema.json").path
        let policy = Files.policies.appendingPathComponent("device-sharing.yaml").path
        #expect(try Python.validates(policy, schema))
        let reasoned = FileManager.default.temporaryDirectory.appendingPathComponent("reasoned-\(UUID()).yaml")
        defer { try? FileManager.default.removeItem(at: reasoned) }
        try ReasonedPolicy.text(Files.policyText("device-sharing.yaml")).write(to: reasoned, atomically: true, encoding: .utf8)
        #expect(try Python.validates(reasoned.path, schema))
        for kind in Self.wrongForm {
            #expect(try !Python.validates(Files.golden.appendingPathComponent(kind + ".yaml").path, schema), "\(kind)")
        }
        // Wrong in meaning only: the schema must not be stricter than the language.
        for kind in [
            "expression-type", "rule-never-fails", "rule-shadowed", "repeated-level", "expression-folded", "reason-circle",
            "reason-unused",
        ] {
            #expect(try Python.validates(Files.golden.appendingPathComponent(kind + ".yaml").path, schema), "\(kind)")
        }
    }
}

/// A validator of JSON Schema that many machines have.
enum Python {
    static let hasValidator: Bool = {
        // Where it cannot be run it is not there.
        (try? run(["-c", "import jsonschema, yaml"])) == 0
    }()

    static func validates(_ file: String, _ schema: String) throws -> Bool { try validity(of: [file], schema) == [true] }

    /// Whether each file is as the schema says, by one run of the validator.
    static func validity(of files: [String], _ schema: String) throws -> [Bool] {
        let script = """
            import json, sys, yaml, jsonschema
            class Loader(yaml.SafeLoader): pass
            Loader.yaml_implicit_resolvers = {
                k: [r for r in v if r[0] != "tag:yaml.org,2002:timestamp"] for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
            schema = jsonschema.Draft202012Validator(json.load(open(sys.argv[1], encoding="utf-8")))
            valid = [schema.is_valid(yaml.load(open(file, encoding="utf-8"), Loader)) for file in sys.argv[3:]]
            open(sys.argv[2], "w").write("".join("y" if one else "n" for one in valid))
            """
        let results = FileManager.default.temporaryDirectory.appendingPathComponent("validity-\(UUID())")
        defer { try? FileManager.default.removeItem(at: results) }
        #expect(try run(["-c", script, schema, results.path] + files) == 0, "the validator must run")
        return try String(contentsOf: results, encoding: .utf8).map { $0 == "y" }
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
