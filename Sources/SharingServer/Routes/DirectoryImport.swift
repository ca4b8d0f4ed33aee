import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// Records users and devices of many lines: users first, since a device needs its holder, many rows at a time, and rows about
/// one user or device in the order of the lines.
struct DirectoryImport: Sendable {
    static let mediaType = "application/x-ndjson"

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
    }

    private struct Result: Sendable {
        let line: Int
        let subject: StreamID?
        let json: JSONValue
    }

    let call: Call

    /// One result for each line that is not empty.
    func run() async throws -> [JSONValue] {
        var results: [Result] = []
        var rows: [(line: Int, row: Row)] = []
        for (index, line) in Array(buffer: call.lines.buffer).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            do {
                rows.append((index + 1, try row(Array(line))))
            } catch {
                results.append(refusal(line: index + 1, subject: nil, error))
            }
        }
        results += try await record(rows.filter { if case .user = $0.row { true } else { false } })
        results += try await record(rows.filter { if case .device = $0.row { true } else { false } })
        return results.sorted { $0.line < $1.line }.map(\.json)
    }

    private func row(_ bytes: [UInt8]) throws -> Row {
        let limits = call.backend.configuration.limits
        guard bytes.count <= limits.importLine else { throw ProblemDetails(.bodyTooLarge) }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(depth: limits.nesting, size: limits.importLine))
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

    private func record(_ rows: [(line: Int, row: Row)]) async throws -> [Result] {
        try await withThrowingTaskGroup(of: Result.self) { group in
            var results: [Result] = []
            var busy: Set<StreamID> = []
            func settle(_ result: Result) {
                if let subject = result.subject { busy.remove(subject) }
                results.append(result)
            }
            for (line, row) in rows {
                let limit = call.backend.configuration.limits.importRowsInFlight
                while busy.count >= limit || busy.contains(row.subject), let result = try await group.next() {
                    settle(result)
                }
                busy.insert(row.subject)
                group.addTask { try await record(row, line: line) }
            }
            while let result = try await group.next() { settle(result) }
            return results
        }
    }

    /// Throws what ends the whole import, such as a database that is gone.
    private func record(_ row: Row, line: Int) async throws -> Result {
        do {
            var isChanged = false
            switch row {
            case .user(let id, let body, let identity):
                let command = RecordUser(
                    user: id, entity: try body.identifier("entity"), entityKind: try body.choice("entityKind"),
                    registeredAt: try body.moment("registeredAt"))
                isChanged = try await !call.perform(.recordUser(command), keySuffix: ":\(line)").positions.isEmpty
                if let identity {
                    let receipt = try await call.perform(.recordIdentity(id, identity), keySuffix: ":\(line)i")
                    isChanged = isChanged || !receipt.positions.isEmpty
                }
            case .device(let id, let body):
                let command = RecordDevice(
                    device: id, holder: try body.identifier("holder"),
                    kind: DeviceKindID(rawValue: try body.text("kind")),
                    activatedAt: try body.optionalMoment("activatedAt"), expiresAt: try body.optionalMoment("expiresAt")
                )
                isChanged = try await !call.perform(.recordDevice(command), keySuffix: ":\(line)").positions.isEmpty
            }
            return Result(
                line: line, subject: row.subject,
                json: ["line": .integer(Int64(line)), "status": .string(isChanged ? "recorded" : "unchanged")])
        } catch let error as SharingError {
            return refusal(line: line, subject: row.subject, error)
        }
    }

    private func fingerprints(_ body: CheckedBody) throws -> IdentityFingerprints {
        guard let key = call.backend.configuration.identityKey else { throw ProblemDetails(.identityKeyMissing) }
        return key.fingerprints(of: try IdentityData(body))
    }

    private func refusal(line: Int, subject: StreamID?, _ error: any Error) -> Result {
        let problem = ProblemDetails(error) ?? ProblemDetails(.internalFailure)
        return Result(
            line: line, subject: subject,
            json: .members([
                "line": .integer(Int64(line)), "status": "refused",
                "problem": problem.json(call.words, request: call.requestID),
            ]))
    }
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
            .optional("problem", .object(.problem), "Why it was refused."),
        ])
}
