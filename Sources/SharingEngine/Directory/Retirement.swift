import DeviceSharing
import SharingLog

/// What became of users and devices that were missing from a complete list.
public struct RetirementReport: Sendable {
    /// Users that were closed, and devices that were deactivated.
    public fileprivate(set) var retired = 0
    /// Those of which something was said that nobody could foresee, such as that another one is at them.
    public fileprivate(set) var refused: [(subject: StreamID, error: SharingError)] = []
}

extension SharingEngine {
    /// What the log says of a device that was missing from a complete list.
    static let missingReason = "missing from the complete list of the directory"
    /// Commands in the engine's hands at the same time.
    private static let retirementsInFlight = 256

    /// Deactivates devices and closes users, in this order. Ends with what ends it all, such as a database that is gone: ask again what
    /// is missing then.
    public func retire(_ missing: MissingRecords, as context: CommandContext) async throws -> RetirementReport {
        var report = RetirementReport()
        try await retire(missing.devices.map { .deactivateDevice($0, reason: Self.missingReason) }, as: context, &report)
        try await retire(missing.users.map { .closeUser($0) }, as: context, &report)
        return report
    }

    private func retire(_ commands: [Command], as context: CommandContext, _ report: inout RetirementReport) async throws {
        typealias Outcome = (subject: StreamID, error: SharingError?)
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var underWay = 0
            func settle(_ outcome: Outcome, _ report: inout RetirementReport) {
                underWay -= 1
                if let error = outcome.error { report.refused.append((outcome.subject, error)) } else { report.retired += 1 }
            }
            for command in commands {
                while underWay >= Self.retirementsInFlight, let outcome = try await group.next() { settle(outcome, &report) }
                try Task.checkCancellation()
                underWay += 1
                group.addTask {
                    do {
                        _ = try await self.perform(command, as: context)
                        return (command.subject, nil)
                    } catch let error as SharingError {
                        return (command.subject, error)
                    }
                }
            }
            while let outcome = try await group.next() { settle(outcome, &report) }
        }
    }
}
