import EligibilityPolicy
import TestSupport

extension ExamplePolicy {
    static func load(constants: String = "", variables: String = "", rules: [String]) throws -> Policy {
        try Policy.load(
            text(constants: constants, variables: variables, rules: rules.joined(separator: "\n")), file: "example.yaml")
    }
}
