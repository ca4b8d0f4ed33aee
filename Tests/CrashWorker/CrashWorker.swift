import Canonical
import DeviceSharing
import Foundation
import Logging
import SharingEngine
import SharingLog

/// A process for the tests to kill: callers that submit a request, end its sharing, and so on for ever, each command under a
/// key of its own. It prints a line for every receipt, so that whoever kills it knows what was acknowledged.
///
///     crash-worker CONNECTION CONSENT-TIME CALLER:NUMBER …
///
/// Each caller goes on at its number, whose commands it may have sent before.
@main
struct CrashWorker {
    let consent: OwnerConsent

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3, let givenAt = Timestamp(arguments[2]) else { throw Usage() }
        let worker = CrashWorker(consent: try OwnerConsent(method: "challenge", givenAt: givenAt, reference: "r"))
        let callers = try arguments[3...].map { argument in
            let parts = argument.split(separator: ":").compactMap { Int($0) }
            guard parts.count == 2 else { throw Usage() }
            return (caller: parts[0], number: parts[1])
        }
        var logger = Logger(label: "crash-worker")
        logger.logLevel = .critical
        let configuration = EngineConfiguration(connectionString: arguments[1], logger: logger)
        while true {
            do {
                try await SharingEngine.withEngine(configuration) { engine in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for (caller, number) in callers { group.addTask { try await worker.work(engine, caller, from: number) } }
                        try await group.waitForAll()
                    }
                }
            } catch {
                // The database is not there yet.
                try Self.checkParent()
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    struct Usage: Error {}

    /// Ends a worker whose test has ended without killing it: nobody is left to start its database again.
    private static func checkParent() throws { if getppid() == 1 { exit(1) } }

    private func work(_ engine: SharingEngine, _ caller: Int, from first: Int) async throws {
        let portal = Actor(id: "portal", role: .portal)
        for number in first... {
            let submit = Command.submit(
                SubmitShareRequest(
                    requester: UserID(trusted: "requester-\(caller)"), owner: UserID(trusted: "owner-\(caller)"),
                    device: DeviceID(trusted: "device-\(caller)"), consent: consent))
            let request = try await perform(
                submit, CommandContext(actor: portal, idempotencyKey: "submit-\(caller)-\(number)"), engine)
            guard let id = request.request?.id else { throw Usage() }
            let end = Command.endSharing(id, reason: .stoppedByRequester, note: nil)
            _ = try await perform(end, CommandContext(actor: portal, idempotencyKey: "end-\(caller)-\(number)"), engine)
        }
    }

    /// Repeats a command under its key until it is answered, as a caller should.
    private func perform(_ command: Command, _ context: CommandContext, _ engine: SharingEngine) async throws -> Receipt {
        while true {
            do {
                let receipt = try await engine.perform(command, as: context)
                let line = "\(context.idempotencyKey ?? "") \(receipt.positions.lowerBound) \(receipt.positions.upperBound)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
                return receipt
            } catch let error as EngineError where error.isRetryable {
                try Self.checkParent()
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
