import Foundation
import HTTPTypes
import Synchronization

/// What ties an answer, the lines of the log and the events of one request together.
package enum RequestID {
    static let header = "X-Request-ID"
    static let field = HTTPField.Name(header)
    private static let longest = 64

    /// The caller's, where it is harmless; else a new one.
    static func of(_ headers: HTTPFields) -> String {
        if let field, let given = headers[field], (1...longest).contains(given.utf8.count),
            given.utf8.allSatisfy(isHarmless)
        {
            return given
        }
        return new()
    }

    package static func new() -> String { run + "-" + String(made.add(1, ordering: .relaxed).newValue, radix: 16) }

    /// Tells this run of the program from others; the requests of a run are counted.
    private static let run = UUID().uuidString.lowercased()
    private static let made = Atomic<UInt64>(0)

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
