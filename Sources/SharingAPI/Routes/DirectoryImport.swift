import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import NIOCore
import SharingEngine

/// Records users and devices of many lines, many rows at a time: users first, since a device needs its holder, then what happens to
/// devices, in the order of the lines about one, and the closing of users last.
///
/// Memory is bounded by the limit of the body, however many lines it has: what is kept of a line is the bytes that came and what
/// became of it. So each line is read again with every kind of row.
struct DirectoryImport: Sendable {
    /// What became of a row that was in the engine's hands.
    private struct Settled: Sendable {
        let place: Int
        let subject: StreamID
        /// Whether something changed; nil where it was refused.
        var isChanged: Bool?
        var problem: ProblemDetails?
    }

    /// Lines after which other tasks of the thread have their turn.
    static let turn = 256

    let call: Call

    private var limits: ServerLimits { call.backend.limits }

    /// What became of each line that is not empty. Throws `too-many-lines` before anything is recorded, and what ends the whole
    /// import, such as a database that is gone.
    func run() async throws -> ImportReport {
        let lines = ImportLines(call.lines.buffer)
        var report = ImportReport(
            numbers: try lines.numbers(limit: limits.importLines), maximumProblems: limits.importProblems,
            problemBytes: limits.importProblemBytes)
        for stage in ImportRow.Stage.allCases { try await record(stage, of: lines, &report) }
        return report
    }

    private func record(_ stage: ImportRow.Stage, of lines: ImportLines, _ report: inout ImportReport) async throws {
        try await withThrowingTaskGroup(of: Settled.self) { group in
            var busy: Set<StreamID> = []
            for (place, line) in lines.enumerated() {
                if place.isMultiple(of: Self.turn) {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                guard report.isOpen(place) else { continue }
                let row: ImportRow
                do {
                    row = try ImportRow(line.bytes, limits: limits, identityKey: call.services.identityKey)
                } catch {
                    refuse(place, ProblemDetails(error) ?? ProblemDetails(.internalFailure), &report)
                    continue
                }
                guard row.stage == stage else { continue }
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

    /// Throws what ends the whole import, such as a database that is gone.
    private func record(_ row: ImportRow, at place: Int, line: Int) async throws -> Settled {
        var settled = Settled(place: place, subject: row.subject)
        do {
            switch row {
            case .user(let id, let body, let identity):
                var isChanged = try await isChange(.recordUser(body.userRecord(of: id)), line)
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
                settled.isChanged = try await isChange(.recordDevice(command), line)
            case .deactivation(let id, let reason):
                settled.isChanged = try await isChange(.deactivateDevice(id, reason: reason), line)
            case .loss(let id): settled.isChanged = try await isChange(.reportDeviceLost(id), line)
            case .closing(let id): settled.isChanged = try await isChange(.closeUser(id), line)
            }
        } catch let error as SharingError {
            settled.problem = ProblemDetails(error)
        }
        return settled
    }

    /// Carries a line's command out, and says whether it changed something.
    private func isChange(_ command: Command, _ line: Int) async throws -> Bool {
        try await !call.perform(command, keySuffix: ":\(line)").positions.isEmpty
    }
}
