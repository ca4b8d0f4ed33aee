import Logging

/// Logs the failures of work that is done again and again, so that one trouble does not fill the log: the first failure at once,
/// then one line a minute, which says how many there were; a failure for another reason at once; and a line when the work
/// succeeds again.
///
/// ```swift
/// var failure = RepeatedFailure(logger, "the active policy could not be read")
/// do {
///     try await read()
///     failure.end()
/// } catch {
///     failure.log(error)
/// }
/// ```
package struct RepeatedFailure: Sendable {
    /// How long failures for the same reason are counted and not told.
    package static let silence: Duration = .seconds(60)

    private let logger: Logger
    private let level: Logger.Level
    private let message: Logger.Message
    private var reason: EngineError.Code?
    private var count = 0
    private var told: ContinuousClock.Instant?

    package init(_ logger: Logger, level: Logger.Level = .warning, _ message: Logger.Message) {
        self.logger = logger
        self.level = level
        self.message = message
    }

    /// The work failed.
    package mutating func log(_ error: any Error, at now: ContinuousClock.Instant = .now) {
        let reason = EngineError(caught: error).code
        count += 1
        if reason == self.reason, let told, now - told < Self.silence { return }
        self.reason = reason
        told = now
        var metadata: Logger.Metadata = ["error": "\(error)"]
        if count > 1 { metadata["failures"] = .stringConvertible(count) }
        logger.log(level: level, message, metadata: metadata)
    }

    /// The work succeeded.
    package mutating func end() {
        guard count > 0 else { return }
        logger.notice("over: \(message)", metadata: ["failures": .stringConvertible(count)])
        count = 0
        reason = nil
        told = nil
    }
}
