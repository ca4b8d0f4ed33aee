import Canonical
import Foundation
import Logging

/// One JSON object a line on standard error.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = JSONObject()
        line["time"] = JSONValue(Timestamp.now)
        line["level"] = .string(event.level.rawValue)
        line["logger"] = .string(label)
        line["message"] = .string("\(event.message)")
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { _, ours in ours }) {
            // What the line says of itself is not overwritten.
            line[line[key] == nil ? key : "metadata." + key] = .string("\(value)")
        }
        if let error = event.error { line["error"] = .string("\(error)") }
        FileHandle.standardError.write(Data((TerminalText.escapedJSON(JSONValue.object(line).text) + "\n").utf8))
    }
}
