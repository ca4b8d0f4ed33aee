import Canonical
import Foundation

/// What the program answers, on standard output.
enum Output {
    static func line(_ text: String = "") { print(text) }

    /// One JSON object on a line of its own, in canonical form.
    static func line(_ json: JSONValue) { print(json.text) }

    /// Hands on what was printed, where somebody waits for it.
    static func flush() { fflush(nil) }
}

extension JSONValue {
    /// The canonical form.
    var text: String { String(decoding: canonicalBytes(), as: UTF8.self) }
}

extension JSONValue {
    init(_ text: String) { self = .string(text) }
}
