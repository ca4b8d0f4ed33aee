import ArgumentParser
import Canonical
import DeviceSharing
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare audit report`.
struct ReportRequest: Verb {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes the account of a request as a page to print: one HTML file without anything from elsewhere.",
        discussion: """
            A browser prints it, or makes a PDF of it.

              devshare audit report 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --out case-4711.html

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @Option(help: "The file to write.")
    var out: String

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let html = try await withLog(settings) { log in
            let account = try await log.account(of: request, language: settings.language)
            let last = account.history.last?.position
            var checkpoint: SealedCheckpoint?
            if let last { checkpoint = try await log.checkpoint(covering: last) }
            return RequestReport(account, sealedBy: checkpoint).html
        }
        let file = try OutputFile(out)
        do {
            try file.write(Array(html.utf8))
            try file.close()
        } catch {
            file.abandon()
            throw error
        }
        if settings.json { Output.line(["file": .string(out)]) } else { Output.line(out) }
    }
}
