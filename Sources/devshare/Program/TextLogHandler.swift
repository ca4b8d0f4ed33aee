import Canonical
import Logging

/// One line of text on standard error for each event of the log. What was recorded or sent by somebody can neither act on the
/// terminal nor forge a line: controls in it are written out.
struct TextLogHandler: LogHandler {
    private var inner: StreamLogHandler

    init(label: String, level: Logger.Level) {
        inner = .standardError(label: label)
        inner.logLevel = level
    }

    var logLevel: Logger.Level {
        get { inner.logLevel }
        set { inner.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = Self.shown(newValue) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue.map(Self.shown) }
    }

    func log(event: LogEvent) {
        var metadata = Self.shown(event.metadata ?? [:])
        if let error = event.error { metadata["error"] = .string("\(error)".withVisibleControls()) }
        inner.log(
            event: LogEvent(
                level: event.level, message: "\("\(event.message)".withVisibleControls())", metadata: metadata,
                source: event.source, file: event.file, function: event.function, line: event.line))
    }

    private static func shown(_ metadata: Logger.Metadata) -> Logger.Metadata { metadata.mapValues(shown) }

    private static func shown(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
        .string("\(value)".withVisibleControls())
    }
}
