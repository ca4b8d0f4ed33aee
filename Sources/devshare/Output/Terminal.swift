import Canonical
import Foundation

/// What the program prints to, and whether a person reads it there.
enum Terminal {
    /// Whether a person reads what is answered.
    static let hasOutput = isatty(STDOUT_FILENO) == 1

    /// Standard output is a terminal and colour is not refused (https://no-color.org).
    static let hasColour = hasOutput && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    /// Columns of the terminal; 100 where there is none.
    static let width: Int = {
        var size = winsize()
        guard hasOutput, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return max(60, Int(size.ws_col))
    }()

    /// Progress is for people: it goes to standard error, and only to a terminal.
    static let showsProgress = isatty(STDERR_FILENO) == 1

    enum Style: String, CaseIterable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    static func styled(_ text: String, _ style: Style) -> String {
        hasColour ? TerminalText.marked(text, style) : text
    }

    /// Writes one line to standard error; a control in it is written out.
    static func print(error text: String) {
        FileHandle.standardError.write(Data((text.withVisibleControls() + "\n").utf8))
    }

    /// Writes one line over the one before it.
    static func progress(_ text: String) {
        guard showsProgress else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text.withVisibleControls())".utf8))
    }

    static func endProgress() {
        guard showsProgress else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
