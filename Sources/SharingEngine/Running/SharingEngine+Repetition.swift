import Logging
import SharingLog

extension SharingEngine {
    /// Does something again and again, with a pause before each time, until the task is cancelled. What goes wrong is logged, and
    /// tried again like everything else.
    func repeatedly(
        every pause: Duration, orWarn warning: Logger.Message, _ body: () async throws -> Void
    ) async {
        var failure = RepeatedFailure(configuration.logger, warning)
        while !Task.isCancelled {
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: pause)
            if Task.isCancelled { return }
            do {
                try await body()
                failure.end()
            } catch {
                if Task.isCancelled { return }
                failure.log(error)
            }
        }
    }
}
