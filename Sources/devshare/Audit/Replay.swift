import ArgumentParser
import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingEngine
import SharingLog

/// `devshare audit replay`.
struct Replay: Verb {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Shows what was known at a moment of the past, replayed from the log.",
        discussion: """
            Of one request, user or device: its state as of then, or with --step after each of its events. Of everything: the read \
            models as of then, in a schema of the database, to be asked in SQL; needs the rights of the schema's owner.

              devshare audit replay --request 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --step
              devshare audit replay --device DSC-7 --at 2026-03-31
              devshare audit replay --at 4711 --schema as_of_4711

            \(ExitStatus.help)
            """)

    @Option(help: "A request, by its UUID, as `devshare request list` shows it.")
    var request: ShareRequestID?

    @Option(help: "A user.")
    var user: UserID?

    @Option(help: "A device.")
    var device: DeviceID?

    @Option(help: "A position, a time (RFC 3339) or a date. (default: now)")
    var at: String?

    @Flag(help: "Show every state on the way.")
    var step = false

    @Option(help: "A schema to make, for the read models of everything.")
    var schema: String?

    @OptionGroup var options: SettingsOptions

    private var stream: StreamID? {
        request.map(StreamID.shareRequest) ?? user.map(StreamID.user) ?? device.map(StreamID.device)
    }

    func validate() throws {
        let subjects = [request != nil, user != nil, device != nil, schema != nil].filter { $0 }.count
        guard subjects == 1 else { throw ValidationError("Name one of --request, --user, --device and --schema.") }
        if let schema, SchemaName(schema) == nil {
            throw ValidationError("--schema must be lower-case letters, digits and underscores, and no name of ours.")
        }
        if let at, HistoryPoint(at) == nil {
            throw ValidationError("--at must be a position, a time like 2026-11-24T03:43:42Z or a date.")
        }
    }

    func perform(_ settings: Settings) async throws {
        try await Database.open(settings) { database in
            let last = try await database.withLog { log in
                let last = try await position(in: log)
                if let stream { try await show(stream, through: last, in: log, settings) }
                return last
            }
            guard let name = schema.flatMap({ SchemaName($0) }) else { return }
            try await write(asOf: last, into: name, of: database)
            Terminal.endProgress()
            if settings.json {
                Output.line(["schema": .string(name.text), "position": .integer(last.rawValue)])
            } else {
                Output.line("\(name.text) holds participant, device and share_request as of position \(last)")
            }
        }
    }

    /// Throws `schema-exists`.
    private func write(asOf last: Position, into name: SchemaName, of database: Database) async throws {
        let rebuild = ReadModelRebuild(connectionString: database.connectionString) { folded, total in
            Terminal.progress("  \(folded) of \(total) events")
        }
        do {
            try await rebuild.write(asOf: last, ledger: database.settings.ledger, into: name)
        } catch let error as PostgreSQLError where error.sqlState == .duplicateSchema {
            throw DevshareError(
                .schemaExists, "the database has a schema \(name.text) already",
                advice: "Choose another name, or drop that one: DROP SCHEMA \"\(name.text)\" CASCADE.")
        }
    }

    private func position(in log: LedgerHandle) async throws -> Position {
        guard let point = at.flatMap({ HistoryPoint($0) }) else { return try await log.head() }
        return try await log.position(at: point)
    }

    private func show(_ stream: StreamID, through last: Position, in log: LedgerHandle, _ settings: Settings)
        async throws
    {
        let states = try await log.replay(stream, through: last)
        guard let newest = states.last else {
            throw DevshareError(.eventNotFound, "\(stream) has no events up to position \(last)")
        }
        for state in step ? states : [newest] {
            if settings.json {
                Output.line(
                    .members([
                        "position": .integer(state.event.position.rawValue),
                        "recordedAt": JSONValue(state.event.recordedAt),
                        "type": .string(state.event.type), "state": state.state,
                    ]))
            } else {
                Output.line(
                    "\("#\(state.event.position)".padded(to: 7)) \(state.event.recordedAt.short)  \(state.event.type)")
                for line in (state.state ?? .null).indentedLines { Output.line("        " + line) }
            }
        }
    }
}

extension SQLState {
    fileprivate static let duplicateSchema = SQLState(rawValue: "42P06")
}
