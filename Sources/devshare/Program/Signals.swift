import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Interrupts from outside.
enum Signals {
    /// Runs `body`. SIGINT and SIGTERM cancel it, and once it has ended (servers stopped, connections closed) the program
    /// ends with 128 and the signal's number, as shells have it. A second signal ends the program at once.
    static func cancelling(_ body: @Sendable @escaping () async throws -> Void) async throws {
        let received = Received()
        let task = Task { try await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the program before the dispatch source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if received.isFirst(number) { task.cancel() } else { _exit(128 + number) }
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        if let number = received.number {
            Terminal.endProgress()
            throw ExitCode(128 + number)
        }
        try result.get()
    }

    private final class Received: Sendable {
        private let first = Mutex<Int32?>(nil)

        var number: Int32? { first.withLock { $0 } }

        func isFirst(_ number: Int32) -> Bool {
            first.withLock { first in
                guard first == nil else { return false }
                first = number
                return true
            }
        }
    }
}
