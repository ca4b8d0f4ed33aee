import Canonical
import Foundation
import SharingServer
import Testing

@Suite("The alerting rules in docs/ fire when they should, and only then") struct AlertRuleTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let rules = root.appendingPathComponent("docs/alerts.yaml")
    private static let cases = root.appendingPathComponent("Tests/Fixtures/alerts.test.yaml")

    @Test(
        "Given the made-up series of the cases, Prometheus's own tool finds each alert as expected",
        .enabled(if: Promtool.isInstalled))
    func cases() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("alerts-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in [Self.rules, Self.cases] {
            try FileManager.default.copyItem(at: file, to: folder.appendingPathComponent(file.lastPathComponent))
        }
        let (status, said) = try await Promtool.run(
            ["test", "rules", folder.appendingPathComponent(Self.cases.lastPathComponent).path])
        #expect(status == 0, "\(said)")
    }

    @Test func everyAlertHasACaseAndEveryMetricExists() throws {
        let text = try String(contentsOf: Self.rules, encoding: .utf8)
        let alerts = text.matches(of: /alert: (\w+)/).map { String($0.output.1) }
        #expect(alerts.count > 15)
        #expect(Set(alerts).count == alerts.count)
        let cases = try String(contentsOf: Self.cases, encoding: .utf8)
        for alert in alerts { #expect(cases.contains("alertname=\"\(alert)\""), "\(alert) has no case") }
        let known = Set(ServerConfiguration.metricFamilies.flatMap(\.sampleNames))
        let used = Set((text + cases).matches(of: /\b(devshare|process)_[a-z_]+/).map { String($0.output.0) })
        #expect(used.subtracting(known) == [])
    }
}
