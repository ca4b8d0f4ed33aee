import Canonical
import DeviceSharing
import EligibilityPolicy
import NIOCore
import SharingEngine

/// Records users and devices of many lines: users first, since a device needs its holder, many rows at a time, and rows about
/// one user or device in the order of the lines.
///
/// Memory is bounded by the limit of the body, however many lines it has: what is kept of a line is the bytes that came and what
/// became of it. So a device's line is read twice, once with the users and once with the devices.
struct DirectoryImport: Sendable {
    static let mediaType = "application/x-ndjson"

    private enum Subjects { case users, devices }

    /// A row that has the shape of a user or a device, and what is kept of a user's identity.
    private enum Row: Sendable {
        case user(UserID, CheckedBody, IdentityFingerprints?)
        case device(DeviceID, CheckedBody)

        var subject: StreamID {
            switch self {
            case .user(let id, _, _): .user(id)
            case .device(let id, _): .device(id)
            }
        }

        func isOne(of subjects: Subjects) -> Bool {
            switch self {
            case .user: subjects == .users
            case .device: subjects == .devices
            }
        }
    }

    /// What became of a row that was in the engine's hands.
    private struct Settled: Sendable {
        let place: Int
        let subject: StreamID
        /// Whether something changed; nil where it was refused.
        var isChanged: Bool?
        var problem: ProblemDetails?
    }

    /// Lines after which other tasks of the thread have their turn.
    private static let turn = 256

    let call: Call

    private var limits: ServerLimits { call.backend.configuration.limits }

    /// What became of each line that is not empty. Throws `too-many-lines` before anything is recorded, and what ends the whole
    /// import, such as a database that is gone.
    func run() async throws -> ImportReport {
        let lines = ImportLines(call.lines.buffer)
        var numbers: [Int] = []
        for line in lines {
            guard numbers.count < limits.importLines else { throw ProblemDetails(.tooManyLines) }
            numbers.append(line.number)
        }
        var report = ImportReport(
            numbers: numbers, mostProblems: limits.importProblems, problemBytes: limits.importProblemBytes)
        try await record(.users, of: lines, &report)
        try await record(.devices, of: lines, &report)
        return report
    }

    private func record(_ subjects: Subjects, of lines: ImportLines, _ report: inout ImportReport) async throws {
        try await withThrowingTaskGroup(of: Settled.self) { group in
            var busy: Set<StreamID> = []
            for (place, line) in lines.enumerated() {
                if place.isMultiple(of: Self.turn) {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                guard report.isOpen(place) else { continue }
                let row: Row
                do {
                    row = try self.row(line.bytes)
                } catch {
                    refuse(place, ProblemDetails(error) ?? ProblemDetails(.internalFailure), &report)
                    continue
                }
                guard row.isOne(of: subjects) else { continue }
                while busy.count >= limits.importRowsInFlight || busy.contains(row.subject), let settled = try await group.next()
                {
                    busy.remove(settled.subject)
                    note(settled, &report)
                }
                try Task.checkCancellation()
                busy.insert(row.subject)
                group.addTask { try await record(row, at: place, line: line.number) }
            }
            while let settled = try await group.next() { note(settled, &report) }
        }
    }

    private func note(_ settled: Settled, _ report: inout ImportReport) {
        if let problem = settled.problem {
            refuse(settled.place, problem, &report)
        } else {
            report.record(settled.place, isChanged: settled.isChanged ?? false)
        }
    }

    private func refuse(_ place: Int, _ problem: ProblemDetails, _ report: inout ImportReport) {
        report.refuse(place, problem.code) { problem.json(call.words, request: call.requestID) }
    }

    private func row(_ line: ByteBufferView) throws -> Row {
        guard line.count <= limits.importLine else { throw ProblemDetails(.bodyTooLarge) }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: Array(line), limits: JSONLimits(depth: limits.nesting, size: limits.importLine))
        } catch {
            throw ProblemDetails(.bodyMalformed, errors: [FieldProblem(.pointer(""), .refused("\(error)"))])
        }
        switch value["type"]?.stringValue {
        case "user":
            let body = try CheckedBody(value, .importedUser)
            return .user(try body.identifier("id"), body, try body.object("identity").map { try fingerprints($0) })
        case "device":
            let body = try CheckedBody(value, .importedDevice)
            return .device(try body.identifier("id"), body)
        default:
            throw ProblemDetails(
                .requestInvalid, errors: [FieldProblem(.pointer("/type"), .misshapen(.choice(["user", "device"])))])
        }
    }

    /// Throws what ends the whole import, such as a database that is gone.
    private func record(_ row: Row, at place: Int, line: Int) async throws -> Settled {
        var settled = Settled(place: place, subject: row.subject)
        do {
            switch row {
            case .user(let id, let body, let identity):
                let command = RecordUser(
                    user: id, entity: try body.identifier("entity"), entityKind: try body.choice("entityKind"),
                    registeredAt: try body.moment("registeredAt"))
                var isChanged = try await !call.perform(.recordUser(command), keySuffix: ":\(line)").positions.isEmpty
                if let identity {
                    let receipt = try await call.perform(.recordIdentity(id, identity), keySuffix: ":\(line)i")
                    isChanged = isChanged || !receipt.positions.isEmpty
                }
                settled.isChanged = isChanged
            case .device(let id, let body):
                let command = RecordDevice(
                    device: id, holder: try body.identifier("holder"),
                    kind: DeviceKindID(rawValue: try body.text("kind")),
                    activatedAt: try body.optionalMoment("activatedAt"), expiresAt: try body.optionalMoment("expiresAt")
                )
                settled.isChanged = try await !call.perform(.recordDevice(command), keySuffix: ":\(line)").positions.isEmpty
            }
        } catch let error as SharingError {
            settled.problem = ProblemDetails(error)
        }
        return settled
    }

    private func fingerprints(_ body: CheckedBody) throws -> IdentityFingerprints {
        guard let key = call.backend.configuration.identityKey else { throw ProblemDetails(.identityKeyMissing) }
        return key.fingerprints(of: try IdentityData(body))
    }
}

extension TaggedSchema {
    static let importedLine = TaggedSchema(
        "ImportedLine", "A line of an import: a user or a device.", tag: "type",
        [("user", .importedUser), ("device", .importedDevice)])
}

extension ObjectSchema {
    static let importedUser = ObjectSchema(
        "ImportedUser", "A line of an import: a user.",
        [
            .required("type", .string(.choice(["user"])), "user."),
            .required("id", .string(.identifier), "The login name."),
            .optional("identity", .object(.identityRecord), "What is known of the person's identity."),
        ] + userRecord.members)

    static let importedDevice = ObjectSchema(
        "ImportedDevice", "A line of an import: a device.",
        [
            .required("type", .string(.choice(["device"])), "device."),
            .required("id", .string(.identifier), "The broker's identifier."),
        ] + deviceRecord.members)

    static let importResult = ObjectSchema(
        "ImportResult", "What became of a line of an import.",
        [
            .required("line", .integer(1...9_007_199_254_740_991), "The line, from 1."),
            .required("status", .string(.choice(["recorded", "unchanged", "refused"])), "Whether something changed."),
            .optional("code", .string(.printable(1...64)), "Why it was refused: the code of its problem."),
            .optional(
                "problem", .object(.problem), "All that there is to say of it; of 1,000 refused lines, where there are more."),
        ])
}
