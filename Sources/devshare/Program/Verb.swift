import ArgumentParser
import Foundation

/// One thing that the program does. Signals cancel it, and whatever it throws becomes one line and an exit status.
protocol Verb: AsyncParsableCommand, Sendable {
    var options: SettingsOptions { get }

    func perform(_ settings: Settings) async throws
}

extension Verb {
    func run() async throws {
        var language = options.language ?? .english
        do {
            let settings = try await options.settings()
            language = settings.language
            LogOutput.start(settings)
            try await Signals.cancelling { try await perform(settings) }
        } catch let error where error is ExitCode || error is CleanExit || error is ValidationError {
            throw error
        } catch {
            Terminal.endProgress()
            Output.flush()
            Terminal.print(error: Failure(error, in: language).text(asJSON: options.json))
            throw ExitStatus(error).code
        }
    }
}
