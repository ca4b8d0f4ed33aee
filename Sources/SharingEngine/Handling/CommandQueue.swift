import Canonical
import DeviceSharing
import SharingLog

/// Commands that wait for a batch.
///
/// No timer makes a batch: a worker that is free takes what is there, and what arrives while all workers are busy is the next
/// batch. So an idle engine adds no delay, and a busy one shares its commits among as many commands as came meanwhile.
actor CommandQueue {
    /// A command and whoever waits for its outcome.
    struct Entry: Sendable {
        let ticket: UInt64
        let command: CommandEnvelope
        let since: ContinuousClock.Instant
        let answer: CheckedContinuation<Receipt, any Error>
    }

    private let limits: EngineLimits
    private var waiting: [Entry] = []
    /// What the commands in flight are about. Two batches at work at the same time have nothing in common, or one of them
    /// would be decided on facts that the other is changing.
    private var busy: Set<CommandSubject> = []
    private var idle: [CheckedContinuation<[Entry]?, Never>] = []
    private var nextTicket: UInt64 = 0
    /// No more commands are taken.
    private(set) var isClosed = false

    init(limits: EngineLimits) { self.limits = limits }

    /// Puts a command in and waits until the commit that holds its events, or until it is refused. A caller whose task is
    /// cancelled while the command waits takes it out; one that is already being decided is seen through.
    func perform(_ command: CommandEnvelope) async throws -> Receipt {
        nextTicket += 1
        let ticket = nextTicket
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                enqueue(Entry(ticket: ticket, command: command, since: .now, answer: answer))
            }
        } onCancel: {
            Task { await self.withdraw(ticket) }
        }
    }

    private func enqueue(_ entry: Entry) {
        guard !isClosed else { return entry.answer.resume(throwing: EngineError(.stopped)) }
        guard !Task.isCancelled else { return entry.answer.resume(throwing: CancellationError()) }
        guard waiting.count < limits.waitingCommands else {
            return entry.answer.resume(throwing: EngineError(.overloaded))
        }
        waiting.append(entry)
        handOut()
    }

    private func withdraw(_ ticket: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiting.remove(at: index).answer.resume(throwing: CancellationError())
    }

    /// The next batch, as soon as there is one; nil when the queue is closed and empty.
    func nextBatch() async -> [Entry]? {
        if let batch = takeBatch() { return batch }
        if isClosed { return nil }
        return await withCheckedContinuation { idle.append($0) }
    }

    /// Says that a batch is done, so that what waited for its subjects can go on.
    func finish(_ batch: [Entry]) {
        for entry in batch { busy.subtract(entry.command.subjects) }
        handOut()
    }

    /// Takes no more commands; those that wait are still served.
    func close() {
        isClosed = true
        handOut()
    }

    /// Refuses whatever still waits: nobody is left to serve it.
    func abandon() {
        isClosed = true
        for entry in waiting { entry.answer.resume(throwing: EngineError(.stopped)) }
        waiting = []
        handOut()
    }

    /// Commands that wait, and for how long the oldest has.
    var usage: (waiting: Int, age: Duration) { (waiting.count, waiting.first.map { .now - $0.since } ?? .zero) }

    private func handOut() {
        while !idle.isEmpty, let batch = takeBatch() {
            idle.removeFirst().resume(returning: batch)
        }
        if isClosed, waiting.isEmpty {
            for worker in idle { worker.resume(returning: nil) }
            idle = []
        }
    }

    /// Takes the oldest commands that have nothing in common with those in flight, and keeps the order of those that have
    /// something in common with each other.
    private func takeBatch() -> [Entry]? {
        guard !waiting.isEmpty else { return nil }
        var batch: [Entry] = []
        var left: [Entry] = []
        var blocked = busy
        var claimed: Set<CommandSubject> = []
        for (index, entry) in waiting.enumerated() {
            guard batch.count < limits.batchedCommands else {
                left.append(contentsOf: waiting[index...])
                break
            }
            let subjects = entry.command.subjects
            let repeatsKey = subjects.contains { $0.isKey && claimed.contains($0) }
            if repeatsKey || !blocked.isDisjoint(with: subjects) {
                blocked.formUnion(subjects)
                left.append(entry)
            } else {
                claimed.formUnion(subjects)
                batch.append(entry)
            }
        }
        guard !batch.isEmpty else { return nil }
        waiting = left
        busy.formUnion(claimed)
        return batch
    }
}
