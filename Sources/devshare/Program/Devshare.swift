import ArgumentParser

/// The command line: one verb a file, in a folder for each noun.
@main
struct Devshare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devshare",
        abstract: "Decides by written policy who may log in with whose security device, and keeps every decision.",
        discussion: """
            A first session, on an embedded PostgreSQL server in .devshare, with the users and the device that \
            `devshare directory import --help` shows:

              devshare migrate
              devshare directory import directory.jsonl
              devshare candidates maria01
              devshare request submit maria01 maria02 DSC-7 --consent C-4711
              devshare request list

            or, to see all of it at work:  devshare demo

            Settings come from the command line, then from the environment (DEVSHARE_DATABASE_URL, DEVSHARE_DATA, \
            DEVSHARE_LEDGER, DEVSHARE_LANGUAGE, DEVSHARE_IDENTITY_KEY, DEVSHARE_IDENTITY_KEY_ID, DEVSHARE_CHECKPOINT_KEY, \
            DEVSHARE_CHECKPOINT_KEY_FILE, DEVSHARE_CHECKPOINT_FORMER_KEYS, DEVSHARE_CHECKPOINT_ORIGIN, \
            DEVSHARE_CHECKPOINT_WITNESSES, DEVSHARE_LOG_LEVEL, DEVSHARE_LOG_FORMAT), then from \
            the JSON file named by --config or DEVSHARE_CONFIG: {"database": {"url": …}, "data": …, "ledger": …, "language": \
            …, "identity": {"key": …, "key-id": …}, "checkpoint": {"key": …, "key-file": …, "former-keys": …, "origin": …, \
            "witnesses": …}, "log": {"level": …, "format": …}}; `devshare serve --help` has those of the server. With --server \
            or DEVSHARE_REMOTE_URL (and DEVSHARE_REMOTE_TOKEN) the verbs on requests, sharings and candidates ask a server.

            With --json each result is one JSON object on a line of its own.

            \(ExitStatus.help)
            """,
        version: ProgramVersion.text,
        subcommands: [
            Demo.self, Migrate.self, DirectoryVerbs.self, Candidates.self, RequestVerbs.self, SharingVerbs.self, DeviceVerbs.self,
            UserVerbs.self, PolicyVerbs.self, EventVerbs.self, WebhookVerbs.self, CheckpointVerbs.self, AuditVerbs.self,
            ArchiveVerbs.self, LedgerVerbs.self, PrivacyVerbs.self, BackupVerbs.self, Rebuild.self, Serve.self, IssueToken.self,
        ])

    static func main() async {
        StandardOutput.guardAtExit()
        await main(nil)
    }
}
