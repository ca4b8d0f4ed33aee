import Canonical
import EligibilityPolicy
import Foundation

/// The same rules on the same facts by cel-python and by Cedar, where Python is there (`compare-policies.py`).
struct PolicyComparison {
    let policy: Policy
    let facts: [Facts]
    /// Decisions a second that the engine makes of them.
    let rate: Double

    /// What there is to say, a line each: figures, or why there are none.
    func run() async throws -> [String] {
        guard let script = Bundle.module.url(forResource: "compare-policies", withExtension: "py") else {
            throw BenchmarkError("compare-policies.py is not in the package's resources")
        }
        guard (try? await Tool.run("python3", ["--version"])) != nil else {
            return ["cel-python and cedarpy: no python3 to run them with, left out"]
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("policies-\(UUID().uuidString).json")
        try Data(task.canonicalBytes()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await Tool.run("python3", [script.path, file.path]).split(separator: "\n").map(String.init)
    }

    private var task: JSONValue {
        [
            "rate": .integer(Int64(rate)), "constants": Self.object(policy.constants),
            "variables": Self.object(policy.variables),
            "rules": .array(
                policy.rules.map { rule in
                    [
                        "id": .string(rule.id.rawValue), "require": .string(rule.expression),
                        "otherwise": .string(rule.consequence.rawValue),
                    ]
                }),
            "times": .array(FactSchema.common.listing.filter { $0.type == "timestamp" }.map { .string($0.path) }),
            "cases": .array(
                facts.map { facts in
                    ["facts": policy.factValues(facts), "outcome": .string(policy.evaluate(facts).outcome.rawValue)]
                }),
        ]
    }

    private static func object(_ expressions: [(name: String, expression: String)]) -> JSONValue {
        var object = JSONObject()
        for (name, expression) in expressions { object[name] = .string(expression) }
        return .object(object)
    }
}
