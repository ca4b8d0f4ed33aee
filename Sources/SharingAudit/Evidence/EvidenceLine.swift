import Canonical
import EventLog
import Transparency

/// One line of an evidence file (docs/EVIDENCE.md): canonical JSON with exactly the members of its kind.
enum EvidenceLine: Sendable {
    static let format = "devshare-evidence/1"

    struct Header: Sendable {
        let ledger: String
        /// The signed checkpoint that everything else leads to.
        let checkpoint: String
        /// Public keys of the log, for information: whoever verifies uses a key that came another way.
        let keys: [String]
    }

    case header(Header)
    case event(RecordedEvent)
    /// The root of a perfect subtree of `1 << level` events that are not disclosed.
    case subtree(level: Int, hash: Digest)
    case end(events: Int64)
}

extension EvidenceLine {
    /// The line without its newline.
    var bytes: [UInt8] {
        var writer = CanonicalJSONWriter(reservingCapacity: 512)
        switch self {
        case .header(let header):
            writer.object { writer in
                writer.member("checkpoint", header.checkpoint)
                writer.member("format", Self.format)
                writer.member("keys", header.keys)
                writer.member("ledger", header.ledger)
            }
        case .event(let event):
            writer.object { writer in
                writer.member("data", event.data.description)
                writer.member("metadata", event.metadata.description)
                writer.member("position", event.position.rawValue)
                writer.member("recordedAt", event.recordedAt)
                writer.member("schemaVersion", Int64(event.schemaVersion))
                writer.member("stream", event.stream)
                writer.member("type", event.type)
                writer.member("version", Int64(event.version))
            }
        case .subtree(let level, let hash):
            writer.object { writer in
                writer.member("hash", hash.description)
                writer.member("level", Int64(level))
            }
        case .end(let events):
            writer.object { writer in writer.member("events", events) }
        }
        return writer.bytes
    }

    /// Reads a line without its newline. Throws `malformed-evidence`.
    init(_ line: [UInt8]) throws(EvidenceError) {
        let limits = JSONLimits(size: EvidenceVerifier.maximumLineLength)
        guard let json = try? JSONValue(parsing: line, limits: limits), let object = json.objectValue,
            json.canonicalBytes() == line
        else {
            throw EvidenceError(
                .malformed,
                "a line is a JSON object in the form of RFC 8785, of at most \(EvidenceVerifier.maximumLineLength) bytes")
        }
        let members = Members(object: object)
        switch Set(object.members.map(\.name)) {
        case ["checkpoint", "format", "keys", "ledger"]:
            let format = try members.text("format")
            guard format.hasSameBytes(as: Self.format) else {
                throw EvidenceError(.malformed, "the format is \(format); this program knows \(Self.format)")
            }
            self = .header(
                Header(
                    ledger: try members.text("ledger"), checkpoint: try members.text("checkpoint"),
                    keys: try members.texts("keys")))
        case ["data", "metadata", "position", "recordedAt", "schemaVersion", "stream", "type", "version"]:
            self = .event(try members.event())
        case ["hash", "level"]:
            let text = try members.text("hash")
            let level = try members.integer("level", in: 0...62)
            guard let hash = Digest(hex: text), hash.description.hasSameBytes(as: text) else {
                throw EvidenceError(.malformed, "a hash is written as 64 lowercase hexadecimal digits")
            }
            self = .subtree(level: Int(level), hash: hash)
        case ["events"]:
            self = .end(events: try members.integer("events", in: 0...JSONValue.maximumInteger))
        default:
            throw EvidenceError(.malformed, "a line has the members of no kind of line")
        }
    }

    private struct Members {
        let object: JSONObject

        func text(_ name: String) throws(EvidenceError) -> String {
            guard let text = object[name]?.stringValue else { throw EvidenceError(.malformed, "\(name) is no text") }
            return text
        }

        func texts(_ name: String) throws(EvidenceError) -> [String] {
            guard let elements = object[name]?.arrayValue, case let texts = elements.compactMap(\.stringValue),
                texts.count == elements.count
            else { throw EvidenceError(.malformed, "\(name) is no array of texts") }
            return texts
        }

        func integer(_ name: String, in range: ClosedRange<Int64>) throws(EvidenceError) -> Int64 {
            guard let number = object[name]?.integerValue, range.contains(number) else {
                throw EvidenceError(.malformed, "\(name) is no number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }

        func event() throws(EvidenceError) -> RecordedEvent {
            let time = try text("recordedAt")
            guard let recordedAt = Timestamp(time), recordedAt.description.hasSameBytes(as: time) else {
                throw EvidenceError(.malformed, "recordedAt is no time like 2026-11-24T03:43:42.123456Z")
            }
            return RecordedEvent(
                position: Position(rawValue: try integer("position", in: 1...JSONValue.maximumInteger)),
                stream: try text("stream"),
                version: Int32(try integer("version", in: 1...Int64(Int32.max))), type: try text("type"),
                schemaVersion: Int16(try integer("schemaVersion", in: 1...Int64(Int16.max))), recordedAt: recordedAt,
                // Not in the file: it follows from the rest.
                leafHash: MerkleTree.emptyRoot, metadata: CanonicalText(Array(try text("metadata").utf8)),
                data: CanonicalText(Array(try text("data").utf8)))
        }
    }
}
