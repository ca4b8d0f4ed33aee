import Synchronization

/// What had to be done was not done in time.
struct DeadlinePassed: Error {}

/// Cancels requests past their deadline. One sweep over all requests from time to time replaces a timer for each: nearly all
/// requests end in time.
package final class RequestTimeouts: Sendable {
    private struct Entry {
        let deadline: ContinuousClock.Instant
        let cancel: @Sendable () -> Void
        var isCutOff = false

        init(deadline: ContinuousClock.Instant, cancel: @Sendable @escaping () -> Void) {
            self.deadline = deadline
            self.cancel = cancel
        }
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var next: UInt64 = 0
    }

    /// How much later than its deadline something may be cut off.
    private static let precision: Duration = .milliseconds(100)

    private let state = Mutex(State())

    /// Looks until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: Self.precision)
            cutOff(at: .now)
        }
    }

    /// Runs `body`, and cancels it when its time is up: then throws `DeadlinePassed`, unless it came to an end all the same.
    package func limit<Value: Sendable>(
        to time: Duration, _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        let number = begin(Entry(deadline: .now + time) { task.cancel() })
        do {
            let value = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            _ = end(number)
            return value
        } catch {
            // A body that was cut off half-way fails in its own words.
            throw end(number) && !Task.isCancelled ? DeadlinePassed() : error
        }
    }

    private func begin(_ entry: Entry) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.entries[state.next] = entry
            return state.next
        }
    }

    /// Whether it was cut off.
    private func end(_ number: UInt64) -> Bool {
        state.withLock { $0.entries.removeValue(forKey: number)?.isCutOff ?? false }
    }

    private func cutOff(at now: ContinuousClock.Instant) {
        let late = state.withLock { state in
            var late: [@Sendable () -> Void] = []
            for (number, entry) in state.entries where entry.deadline <= now && !entry.isCutOff {
                state.entries[number]?.isCutOff = true
                late.append(entry.cancel)
            }
            return late
        }
        for cancel in late { cancel() }
    }
}
