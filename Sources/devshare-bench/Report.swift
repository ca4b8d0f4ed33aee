import Foundation

/// Prints one figure a line: what was measured, the ratio, what it should be.
struct Report {
    /// A ratio to a baseline of the same run.
    func ratio(_ title: String, ours: Double, baseline: Double, unit: String, atLeast: Double) {
        line(title, ours, baseline, unit, ratio: ours / baseline, target: ">= \(atLeast)", holds: ours / baseline >= atLeast)
    }

    func ratio(_ title: String, ours: Double, baseline: Double, unit: String, atMost: Double) {
        line(title, ours, baseline, unit, ratio: ours / baseline, target: "<= \(atMost)", holds: ours / baseline <= atMost)
    }

    /// A figure that stands by itself.
    func figure(_ title: String, _ value: Double, unit: String, atLeast: Double) {
        let name = title.padding(toLength: 46, withPad: " ", startingAt: 0)
        print("  \(name) \(number(value)) \(unit) (>= \(number(atLeast))) \(value >= atLeast ? "holds" : "MISSED")")
    }

    func figure(_ title: String, _ value: Double, unit: String, atMost: Double) {
        let name = title.padding(toLength: 46, withPad: " ", startingAt: 0)
        print("  \(name) \(number(value)) \(unit) (<= \(number(atMost))) \(value <= atMost ? "holds" : "MISSED")")
    }

    func note(_ text: String) { print("  \(text)") }

    func section(_ title: String) { print("\n\(title)") }

    private func line(
        _ title: String, _ ours: Double, _ baseline: Double, _ unit: String, ratio: Double, target: String, holds: Bool
    ) {
        let name = title.padding(toLength: 46, withPad: " ", startingAt: 0)
        print(
            "  \(name) \(number(ours)) against \(number(baseline)) \(unit): "
                + "ratio \(String(format: "%.2f", ratio)) (\(target)) \(holds ? "holds" : "MISSED")")
    }

    private func number(_ value: Double) -> String { String(format: value < 100 ? "%.3f" : "%.0f", value) }
}
