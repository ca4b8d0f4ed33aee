import Canonical
import Foundation

/// What the program answers, on standard output. Everything passes through here on its way out, and so nothing that was recorded
/// can act on a terminal or forge a line: see `TerminalText`.
enum Output {
    /// One line. A line break in the text is written out, as other controls are.
    static func line(_ text: String = "") { print(TerminalText.shown(text, hasColour: Terminal.hasColour)) }

    /// Several lines.
    static func lines(_ texts: [String]) {
        for text in texts { line(text) }
    }

    /// One JSON object on a line of its own, in canonical form. Where a person reads it, characters that act on a terminal are
    /// written as JSON escapes.
    static func line(_ json: JSONValue) { print(Terminal.hasOutput ? TerminalText.escapedJSON(json.text) : json.text) }

    /// A text that others read too, such as a policy: byte for byte, but where a person reads it.
    static func document(_ text: String) {
        print(Terminal.hasOutput ? text.withVisibleControls(keeping: ["\n", "\t"]) : text, terminator: "")
    }

    /// Hands on what was printed, where somebody waits for it. Throws `output-failed`.
    static func flush() throws { try StandardOutput.flush() }
}

extension JSONValue {
    /// The canonical form.
    var text: String { String(decoding: canonicalBytes(), as: UTF8.self) }
}

extension JSONValue {
    init(_ text: String) { self = .string(text) }

    /// The number of a tree's leaves. One that no double holds, which only a forged checkpoint has, is a text of its digits.
    init(_ size: UInt64) {
        self = size <= UInt64(Self.maximumInteger) ? .integer(Int64(size)) : .string(String(size))
    }
}
