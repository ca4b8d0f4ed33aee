import ArgumentParser
import Foundation
import Logging

/// One thing that the program does. Signals cancel it, and whatever it throws becomes one line and an exit status.
protocol Verb: AsyncParsableCommand, Sendable {
    var options: SettingsOptions { get }
    /// What is logged where the settings do not say.
    static var defaultLogLevel: Logger.Level { get }

    func perform(_ settings: Settings) async throws
}

extension Verb {
    /// Errors reach whoever called anyway.
    static var defaultLogLevel: Logger.Level { .critical }

    func run() async throws {
        var language = options.language ?? .english
        do {
            let settings = try await options.settings(defaultLogLevel: Self.defaultLogLevel)
            language = settings.language
            LogOutput.start(settings)
            try await Signals.cancelling { try await perform(settings) }
            try Output.flush()
        } catch let error where error is ExitCode || error is CleanExit || error is ValidationError {
            throw error
        } catch {
            Terminal.endProgress()
            // What fails first is what is reported.
            try? Output.flush()
            for line in Failure(error, in: language).lines(asJSON: options.json) { Terminal.print(error: line) }
            throw ExitStatus(error).code
        }
    }
}
