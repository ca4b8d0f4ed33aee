import Logging

/// How log lines are written.
enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

/// What the modules below log. Errors reach whoever called as one line anyway, so by default only what nobody would hear of
/// otherwise is shown.
enum LogOutput {
    static func start(_ settings: Settings) {
        let (level, format) = (settings.logLevel, settings.logFormat)
        LoggingSystem.bootstrap { label in
            switch format {
            case .text: return TextLogHandler(label: label, level: level)
            case .json: return JSONLogHandler(label: label, level: level)
            }
        }
    }
}
