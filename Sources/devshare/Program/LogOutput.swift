import Logging

/// What the modules below log. Errors reach whoever called as one line anyway, so by default only what nobody would hear of
/// otherwise is shown.
enum LogOutput {
    static func start(_ settings: Settings) {
        let level = settings.logLevel
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
    }
}
