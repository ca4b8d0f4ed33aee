import EligibilityPolicy
import Foundation

/// The files beside the tests and those of the product.
enum Files {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    static let golden = tests.appendingPathComponent("Golden")
    static let policies = tests.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Policies")

    static func policyText(_ name: String) throws -> String {
        try String(contentsOf: policies.appendingPathComponent(name), encoding: .utf8)
    }

    static func defaultPolicy() throws -> Policy {
        try Policy.load(policyText("device-sharing.yaml"), file: "device-sharing.yaml")
    }
}
