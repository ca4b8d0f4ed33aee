import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine

/// Compares the directory with a complete list, and closes what is not on it where its sender has said how much that is.
struct DirectorySync: Sendable {
    let call: Call
    let scope: DirectoryScope
    /// How much is missing, as the sender believes; nil where only that is asked.
    let confirmed: Int?

    /// Names of missing users, and of missing devices, that an answer has.
    static let maximumNames = 10_000

    private var limits: ServerLimits { call.backend.limits }

    /// Throws `too-many-lines`, `sync-list-invalid` and `sync-not-confirmed` before anything is changed, and what ends it all, such as a
    /// database that is gone.
    func run() async throws -> JSONValue {
        let (roll, list) = try await read()
        let unreadable = list.tally.refused
        // A line that cannot be read may be about anybody: who is on it would count as missing.
        if confirmed != nil, unreadable > 0 { throw ProblemDetails(.syncListInvalid) }
        let missing = try await call.engine.missing(from: roll, in: scope)
        guard let confirmed else { return answer(missing, list, nil) }
        guard missing.count == confirmed else {
            var problem = ProblemDetails(.syncNotConfirmed)
            problem.parameters = ["missing": .integer(missing.count), "confirmed": .integer(confirmed)]
            throw problem
        }
        let imported = try await DirectoryImport(call: call).run()
        let retired = try await call.engine.retire(missing, as: call.context())
        return answer(missing, imported, retired)
    }

    /// Who is on the list, and which lines of it cannot be read.
    private func read() async throws -> (DirectoryRoll, ImportReport) {
        let lines = ImportLines(call.lines.buffer)
        var report = ImportReport(
            numbers: try lines.numbers(limit: limits.importLines), maximumProblems: limits.importProblems,
            problemBytes: limits.importProblemBytes)
        var roll = DirectoryRoll()
        for (place, line) in lines.enumerated() {
            if place.isMultiple(of: DirectoryImport.turn) {
                try Task.checkCancellation()
                await Task.yield()
            }
            do {
                let row = try ImportRow(line.bytes, limits: limits, identityKey: call.services.identityKey)
                guard scope.contains(row.subject) else { throw FieldProblem(.pointer("/id"), .outOfScope) }
                roll.note(row.subject)
                report.record(place, isChanged: false)
            } catch {
                let problem = ProblemDetails(error) ?? ProblemDetails(.internalFailure)
                report.refuse(place, problem.code) { problem.json(call.words, request: call.requestID) }
            }
        }
        return (roll, report)
    }

    private func answer(_ missing: MissingRecords, _ lines: ImportReport, _ retired: RetirementReport?) -> JSONValue {
        let tally = lines.tally
        let isTruncated = max(missing.users.count, missing.devices.count) > Self.maximumNames
        return .members([
            "applied": .bool(retired != nil),
            "missing": [
                "users": .integer(Int64(missing.users.count)), "devices": .integer(Int64(missing.devices.count)),
                "total": .integer(Int64(missing.count)),
            ],
            "missingUsers": JSONValue(missing.users.prefix(Self.maximumNames).map(\.rawValue)),
            "missingDevices": JSONValue(missing.devices.prefix(Self.maximumNames).map(\.rawValue)),
            "truncated": isTruncated ? true : nil,
            "lines": [
                "read": .integer(Int64(tally.recorded + tally.unchanged)), "recorded": .integer(Int64(tally.recorded)),
                "refused": .integer(Int64(tally.refused)),
            ],
            "problems": .array(lines.refusals),
            "retired": retired.map { .integer(Int64($0.retired)) },
            "notRetired": retired.flatMap { report in
                report.refused.isEmpty
                    ? nil
                    : .array(
                        report.refused.prefix(Self.maximumNames).map {
                            ["subject": .string($0.subject.name), "code": .string($0.error.code.rawValue)]
                        })
            },
        ])
    }
}

extension ObjectSchema {
    private static let count = Schema.integer(0...9_007_199_254_740_991)

    static let directorySync = ObjectSchema(
        "DirectorySync", "What is missing from a complete list, and what was done about it.",
        [
            .required(
                "applied", .boolean, "Whether the list was imported and what is missing retired; false: nothing was changed."),
            .required(
                "missing",
                .object(
                    ObjectSchema(
                        "MissingCounts", "How much is missing.",
                        [
                            .required("users", count, "Users."), .required("devices", count, "Devices."),
                            .required("total", count, "Both: what `confirm` must be."),
                        ])), "How much is missing from the list."),
            .required(
                "missingUsers", .array(.string(.identifier), limit: DirectorySync.maximumNames), "The users, by login name."),
            .required(
                "missingDevices", .array(.string(.identifier), limit: DirectorySync.maximumNames), "The devices, by identifier."),
            .optional("truncated", .boolean, "True where there are more than are named."),
            .required(
                "lines",
                .object(
                    ObjectSchema(
                        "ListCounts", "Lines of the list.",
                        [
                            .required("read", count, "Lines that could be read and, where the list was imported, were kept."),
                            .required("recorded", count, "Lines among them by which something changed."),
                            .required("refused", count, "Lines that could not be read or, where the list was imported, kept."),
                        ])), "The lines of the list."),
            .required(
                "problems", .array(.object(.importResult), limit: 100_000), "Refused lines; of 1,000, where there are more."),
            .optional("retired", count, "Users closed and devices deactivated; with applied."),
            .optional(
                "notRetired",
                .array(
                    .object(
                        ObjectSchema(
                            "NotRetired", "Something missing that could not be closed or deactivated.",
                            [
                                .required("subject", .string(.text(1...128)), "Such as device/DSC-7."),
                                .required("code", .string(.printable(1...64)), "Why."),
                            ])), limit: DirectorySync.maximumNames), "What was missing and is in force still."),
        ])
}
