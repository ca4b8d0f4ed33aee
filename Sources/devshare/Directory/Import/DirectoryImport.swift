import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// Brings the directory up to date from a file of any length.
///
/// The file is read several times: users first, since a device needs its holder, then what happens to devices, then users that are
/// closed, where there are any. Rows go through the engine many at a
/// time, and rows about one user or device in the order of the file.
struct DirectoryImport: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case jsonl, csv

        func reader() -> any RowReader {
            switch self {
            case .jsonl: JSONLinesReader()
            case .csv: CSVReader()
            }
        }
    }

    /// What an import came to.
    struct Summary: Sendable {
        var users = 0
        var devices = 0
        /// Rows by which something changed.
        var changed = 0
        var refused = 0
        /// The first of what was wrong, in the order of lines.
        var problems: [RowProblem] = []
        /// How the file was read, where it is not as usual: its encoding, and what separates its fields.
        var notes: [String] = []

        var json: JSONValue {
            [
                "users": JSONValue(users), "devices": JSONValue(devices), "changed": JSONValue(changed),
                "unchanged": JSONValue(users + devices - changed), "refused": JSONValue(refused),
                "problems": .array(problems.map(\.json)), "notes": JSONValue(notes),
            ]
        }

        fileprivate mutating func refuse(_ problem: RowProblem) {
            refused += 1
            if problems.count < ImportLimits.problems { problems.append(problem) }
        }
    }

    let text: ImportText
    let format: Format
    let engine: SharingEngine
    /// Called when the first identity comes.
    let key: @Sendable () throws -> FingerprintKey
    let context: CommandContext
    let words: Words

    func run() async throws -> Summary {
        var summary = Summary()
        if let encoding = text.encoding { summary.notes.append("the file is in \(encoding.rawValue)") }
        var hasClosings = false
        try await pass(.users, &summary, &hasClosings)
        try await pass(.devices, &summary, &hasClosings)
        if hasClosings { try await pass(.closings, &summary, &hasClosings) }
        summary.problems.sort { $0.line < $1.line }
        Terminal.endProgress()
        return summary
    }

    // MARK: One pass

    fileprivate enum Pass: String { case users, devices, closings }

    /// A row on its way: whether something changed, or what was wrong.
    private struct Outcome: Sendable {
        let subject: StreamID
        let line: Int
        let result: Result<Bool, RowProblem>
    }

    private func pass(_ pass: Pass, _ summary: inout Summary, _ hasClosings: inout Bool) async throws {
        var reader = format.reader()
        var totals = summary
        var closings = false
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var busy: Set<StreamID> = []
            func settle(_ outcome: Outcome, _ totals: inout Summary) {
                busy.remove(outcome.subject)
                switch outcome.result {
                case .failure(let problem): totals.refuse(problem)
                case .success(let changed):
                    if pass == .devices { totals.devices += 1 } else { totals.users += 1 }
                    if changed { totals.changed += 1 }
                }
            }
            func take(_ rows: [RawRow], _ totals: inout Summary) async throws {
                for row in rows {
                    // What is wrong with a row as such is reported once, in the first pass.
                    let parsed = Result { () throws(RowProblem) in try DirectoryRow(row.fields.get(), line: row.line) }
                    switch parsed {
                    case .failure(let problem):
                        if pass == .users { totals.refuse(problem) }
                        continue
                    case .success: break
                    }
                    guard case .success(let content) = parsed else { continue }
                    if content.pass == .closings { closings = true }
                    guard content.pass == pass else { continue }
                    let subject = content.subject
                    while busy.count >= ImportLimits.rowsInFlight || busy.contains(subject), let outcome = try await group.next()
                    {
                        settle(outcome, &totals)
                    }
                    busy.insert(subject)
                    group.addTask { try await Outcome(subject: subject, line: row.line, result: record(content, line: row.line)) }
                }
            }
            let size = text.file.size
            try await text.forEach { bytes, offset in
                try await take(reader.read(bytes), &totals)
                Terminal.progress("  \(pass.rawValue): \(size == 0 ? 100 : offset * 100 / size) % of the file")
            }
            try await take(reader.finish(), &totals)
            while let outcome = try await group.next() { settle(outcome, &totals) }
            if pass == .users, let csv = reader as? CSVReader, let separator = csv.separator, separator != .comma {
                totals.notes.append("its fields are separated by \(separator.noun)")
            }
        }
        summary = totals
        hasClosings = hasClosings || closings
    }

    /// Whether a command changed something.
    private func isChange(_ command: Command) async throws -> Bool {
        try await !engine.perform(command, as: context).positions.isEmpty
    }

    /// True where something changed. Throws what ends the whole import, such as a database that is gone.
    private func record(_ row: DirectoryRow, line: Int) async throws -> Result<Bool, RowProblem> {
        do {
            switch row {
            case .user(let command, let identity):
                let fingerprints = try identity.map { try key().fingerprints(of: $0) }
                var changed = try await !engine.perform(.recordUser(command), as: context).positions.isEmpty
                if let fingerprints {
                    let receipt = try await engine.perform(.recordIdentity(command.user, fingerprints), as: context)
                    changed = changed || !receipt.positions.isEmpty
                }
                return .success(changed)
            case .device(let command): return .success(try await isChange(.recordDevice(command)))
            case .deactivation(let id, let reason): return .success(try await isChange(.deactivateDevice(id, reason: reason)))
            case .loss(let id): return .success(try await isChange(.reportDeviceLost(id)))
            case .closing(let id): return .success(try await isChange(.closeUser(id)))
            }
        } catch let error as SharingError {
            return .failure(RowProblem(line: line, message: "\(error.code.rawValue): \(words.message(error))"))
        }
    }
}

extension DirectoryRow {
    /// What the row is about.
    var subject: StreamID {
        switch self {
        case .user(let command, _): .user(command.user)
        case .closing(let user): .user(user)
        case .device(let command): .device(command.device)
        case .deactivation(let device, _), .loss(let device): .device(device)
        }
    }

    fileprivate var pass: DirectoryImport.Pass {
        switch self {
        case .user: .users
        case .device, .deactivation, .loss: .devices
        case .closing: .closings
        }
    }
}
