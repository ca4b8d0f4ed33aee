/// When the answer that somebody waits for is overdue, and who looks. Most answers come long before, so nothing is set for each
/// of them: one task sleeps until the first of them would be overdue, and then looks what is waited for by now.
struct AnswerAlarm: Sendable {
    /// Nil while nobody waits.
    var deadline: ContinuousClock.Instant?
    /// When the task looks next; nil where there is none.
    var time: ContinuousClock.Instant?
    var task: Task<Void, Never>?
}

extension Connection {
    /// When the server must have ended that many statements which are sent now. It ends each within the statement timeout, so
    /// one that has not is out of reach, frozen, or gone. Nil where there is no such timeout.
    func answerDeadline(statements count: Int) -> ContinuousClock.Instant? {
        guard let timeout = configuration.statementTimeout, timeout > .zero else { return nil }
        // All together: the server may keep the answers to the first until it has the last.
        return ContinuousClock.now.advanced(by: timeout * count + configuration.cancelTimeout)
    }

    /// Wakes who waits for the socket from now on, should that wait go on until the deadline.
    func setAlarm(for deadline: ContinuousClock.Instant) {
        alarm.deadline = deadline
        if let time = alarm.time, time <= deadline { return }
        alarm.task?.cancel()
        alarm.time = deadline
        alarm.task = Task { [weak self] in
            var next: ContinuousClock.Instant? = deadline
            while let time = next {
                // Sleeping fails only when another alarm takes the place of this one, or the connection has ended.
                guard (try? await Task.sleep(until: time, clock: .continuous)) != nil else { return }
                next = await self?.goOff()
            }
        }
    }

    /// When to look again; nil where nobody waits any more, or who waits is woken.
    private func goOff() -> ContinuousClock.Instant? {
        // Another alarm came while this one was on its way.
        guard !Task.isCancelled else { return nil }
        if let deadline = alarm.deadline, deadline > .now {
            alarm.time = deadline
            return deadline
        }
        if alarm.deadline != nil { watch.wake() }
        alarm = AnswerAlarm()
        return nil
    }

    /// Gives up the connection to a server that has let the deadline pass.
    func unanswered() -> PostgreSQLError {
        let timeout = configuration.statementTimeout ?? .zero
        return fail(
            PostgreSQLError(
                .connectionLost,
                "the server did not answer within the statement timeout of \(timeout) and \(configuration.cancelTimeout) more"))
    }
}
