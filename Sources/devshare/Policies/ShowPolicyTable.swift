import ArgumentParser
import Canonical
import EligibilityPolicy
import PolicyProof

/// `devshare policy table`.
struct ShowPolicyTable: Verb {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Shows what a policy decides, by kind of device, kinds of entities and comparison of identities.",
        discussion: """
            Each cell is an ordinary request: consent was given two minutes ago, users and devices are known for three years, nobody \
            shares the device, and it is the middle of a working day. The letters name the rules that led to it, listed below. With \
            two policies each cell that differs shows both.

              devshare policy table Policies/device-sharing.yaml
              devshare policy table Policies/device-sharing.yaml candidate.yaml
              devshare policy table candidate.yaml --own sls-card --format html > table.html

            `devshare policy diff` proves what the table cannot show.

            \(ExitStatus.help)
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, csv, html
    }

    @Argument(help: "The policy file.")
    var file: String

    @Argument(help: "Another one, to be shown beside it.")
    var other: String?

    @Option(help: "The kind of the requester's own device; none unless told.")
    var own: String?

    @Option(help: "text, csv or html.")
    var format = Format.text

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let first = try PolicyFile(file).policy()
        let second = try other.map { try PolicyFile($0).policy() }
        var kinds = PolicyTable.kinds(of: first)
        for kind in second.map(PolicyTable.kinds) ?? [] where !kinds.contains(kind) { kinds.append(kind) }
        let own = try own.map { try Self.kind($0, among: kinds) }
        let view = PolicyTableView(
            policies: [first] + (second.map { [$0] } ?? []), own: own, kinds: kinds,
            words: try Words(settings.language, policy: first))
        if settings.json { return Output.line(view.json) }
        switch format {
        case .text: Output.lines(view.lines)
        case .csv: Output.document(view.csv)
        case .html: Output.document(view.html)
        }
    }

    private static func kind(_ text: String, among kinds: [DeviceKindID]) throws -> DeviceKindID {
        guard let kind = kinds.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) else {
            throw ValidationError("--own must be one of \(kinds.map(\.rawValue).joined(separator: ", ")).")
        }
        return kind
    }
}
