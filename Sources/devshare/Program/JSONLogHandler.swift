import Canonical
import Foundation
import Logging

/// One JSON object a line on standard error. Numbers and booleans are written as such, lists and dictionaries as arrays and objects.
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
            line[line[key] == nil ? key : "metadata." + key] = Self.json(value)
        }
        if let error = event.error { line["error"] = .string("\(error)") }
        FileHandle.standardError.write(Data((TerminalText.escapedJSON(JSONValue.object(line).text) + "\n").utf8))
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(json))
        case .dictionary(let members):
            .object(
                members.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { object, member in
                    object[member.key] = json(member.value)
                })
        case .stringConvertible(let convertible):
            switch convertible {
            case let flag as Bool: .bool(flag)
            case let number as any BinaryInteger: Int64(exactly: number).map { .integer($0) } ?? .string("\(number)")
            case let number as Double: number.isFinite ? .number(number) : .string("\(number)")
            default: .string("\(convertible)")
            }
        }
    }
}
