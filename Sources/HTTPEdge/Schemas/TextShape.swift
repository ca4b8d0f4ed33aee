import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog
import Transparency

/// What a text must look like.
package enum TextShape: Hashable, Sendable {
    /// An identifier of the broker: 1 to 64 letters, digits and `. _ @ : -`.
    case identifier
    /// A share request's identifier.
    case uuid
    /// RFC 3339.
    case moment
    /// One of these.
    case choice([String])
    /// The code of a reason: one of the program's, or of a policy's own.
    case reasonCode
    /// So many characters: Unicode scalar values, as JSON Schema counts them; none of them U+0000.
    case text(ClosedRange<Int>)
    /// So many printable ASCII characters.
    case printable(ClosedRange<Int>)
    /// SHA-256 in hexadecimal.
    case digest
    /// The place of a tile in its level (c2sp.org/tlog-tiles): `x001/x234/067`, with `.p/<width>` where it is not full.
    case tileIndex
    /// `*`, or entity tags with commas between them (RFC 9110, section 13.1.1).
    case entityTags
    /// A point of the log, such as `4711-1f3a9c04`.
    case logPoint
    /// Where a reader of the log goes on, such as `4711-1f3a9c04.4700-0a7b33e1`.
    case logCursor

    /// Characters of a list of entity tags, at most.
    static let maximumTagListLength = 1_024

    /// No text may have a zero byte: PostgreSQL cannot hold it, and other programs would see the text end there.
    func accepts(_ text: String) -> Bool {
        guard !text.utf8.contains(0) else { return false }
        return switch self {
        case .identifier: UserID(text) != nil
        case .uuid: text.utf8.count == 36 && ShareRequestID(text) != nil
        case .moment: Timestamp(text) != nil
        case .choice(let choices): choices.contains { $0.utf8.elementsEqual(text.utf8) }
        case .reasonCode: ReasonCode(rawValue: text) != nil
        case .text(let count): count.contains(text.unicodeScalars.count)
        case .printable(let count):
            count.contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        case .digest: Digest(hex: text) != nil
        case .tileIndex: TileCoordinate.parse(path: "tile/0/" + text) != nil
        case .logPoint: LogPoint(text) != nil
        case .logCursor: LogCursor(text) != nil
        case .entityTags: text.utf8.count <= Self.maximumTagListLength && EntityTagList(text) != nil
        }
    }

    /// The values that there are; empty where any text of its form would do.
    var choices: [String] {
        switch self {
        case .choice(let choices): choices
        case .identifier, .uuid, .moment, .reasonCode, .text, .printable, .digest, .tileIndex, .logPoint, .logCursor, .entityTags:
            []
        }
    }

    /// As JSON Schema (2020-12) has it. An answer may quote any text that it was sent, one with U+0000 too. Choices are closed in requests, and open in answers: `x-extensible-enum` has the values
    /// that are known so far (Zalando RESTful API Guidelines, rule 112).
    func keywords(for use: SchemaUse) -> [(String, JSONValue)] {
        switch self {
        case .identifier: [("pattern", "^[A-Za-z0-9._@:-]{1,64}$"), ("maxLength", 64)]
        case .uuid: [("format", "uuid")]
        case .moment: [("format", "date-time")]
        case .choice(let choices):
            switch use {
            case .request: [("enum", JSONValue(choices))]
            case .answer: [("x-extensible-enum", JSONValue(choices))]
            }
        case .reasonCode:
            [
                ("pattern", "^(policy[.])?[a-z0-9]+(-[a-z0-9]+)*$"),
                ("maxLength", .integer(Int64(PolicyReasonID.maximumTextLength))),
                ("x-extensible-enum", JSONValue(SharingErrorCode.allCases.map(\.rawValue))),
            ]
        case .text(let count):
            [("minLength", .integer(Int64(count.lowerBound))), ("maxLength", .integer(Int64(count.upperBound)))]
                + (use == .request ? [("pattern", "^[^\u{5C}u0000]*$")] : [])
        case .printable(let count):
            [
                ("pattern", .string("^[ -~]{\(count.lowerBound),\(count.upperBound)}$")),
                ("maxLength", .integer(Int64(count.upperBound))),
            ]
        case .digest: [("pattern", "^[0-9a-f]{64}$")]
        case .tileIndex: [("pattern", "^(x[0-9]{3}/)*[0-9]{3}([.]p/[1-9][0-9]{0,2})?$")]
        case .logPoint:
            [("pattern", "^(0|[1-9][0-9]{0,18}-[0-9a-f]{8})$"), ("maxLength", .integer(Int64(LogPoint.maximumTextLength)))]
        case .logCursor:
            [
                ("pattern", "^(0|[1-9][0-9]{0,17}(-[0-9a-f]{8}([.][1-9][0-9]{0,17}-[0-9a-f]{8})?)?)$"),
                ("maxLength", .integer(Int64(LogCursor.maximumTextLength))),
            ]
        case .entityTags:
            // The length stays out: tools make texts of exactly that length, which are no tags.
            [("pattern", #"^[ \t]*([*]|(W/)?"[!#-~]*"([ \t]*,[ \t]*(W/)?"[!#-~]*")*)[ \t]*$"#)]
        }
    }
}
