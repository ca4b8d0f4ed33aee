import Canonical
import DeviceSharing
import EventLog
import SharingLog

/// An event of the ledger as CloudEvents 1.0 has it, in JSON (CloudEvents JSON format 1.0.2, section 3).
///
/// | attribute | what it is |
/// | --- | --- |
/// | `id` | place in the ledger, as ``LogPoint`` writes it: with `source` it names one event for ever |
/// | `source` | `/ledgers/NAME` |
/// | `type` | `device-sharing.` and the event's type: `device-sharing.share-request-approved` |
/// | `subject` | the stream: `share-request/UUID` |
/// | `time` | when the decision was made |
/// | `sequence` | place in the stream, in ten digits, so that texts sort as numbers do |
/// | `dataversion` | version of the shape of `data` for this type |
/// | `actor`, `actorrole` | who acted |
/// | `correlation`, `traceparent` | what the command hung together with, where it said so |
/// | `data` | the event, as the log holds it; absent where its data are in an archive by now |
package struct CloudEvent: Sendable {
    /// What the name of an event's type follows.
    package static let typePrefix = "device-sharing."

    let ledger: Ledger
    let event: RecordedEvent

    /// Canonical JSON: the same bytes at every attempt, unless the data left for an archive in between. Throws `event-unreadable`.
    func body() throws(EventLogError) -> [UInt8] {
        let stored: JSONValue
        do throws(JSONError) {
            stored = try JSONValue(parsing: event.metadata.bytes)
        } catch {
            throw EventLogError(.eventUnreadable, "\(error)", position: event.position)
        }
        let metadata = try EventMetadata(stored, at: event.position)
        var writer = CanonicalJSONWriter(reservingCapacity: 512 + event.data.bytes.count)
        writer.object { writer in
            if let actor = metadata.actor { writer.member("actor", actor) }
            if let role = metadata.role { writer.member("actorrole", role.rawValue) }
            if let correlation = metadata.correlation { writer.member("correlation", correlation) }
            if !event.isDetached {
                writer.name("data")
                writer.value(canonical: event.data.bytes)
            }
            writer.member("datacontenttype", "application/json")
            writer.member("dataversion", Int64(event.schemaVersion))
            writer.member("id", event.point.description)
            writer.member("sequence", Self.sequence(event.version))
            writer.member("source", Self.source(of: ledger))
            writer.member("specversion", "1.0")
            writer.member("subject", event.stream)
            writer.member("time", event.recordedAt)
            if let trace = metadata.traceParent { writer.member("traceparent", trace) }
            writer.member("type", Self.typePrefix + event.type)
        }
        return writer.bytes
    }

    /// A message about nothing, by which a receiver is tried out.
    static func test(of subscription: WebhookID, in ledger: Ledger, at now: Timestamp) -> [UInt8] {
        var writer = CanonicalJSONWriter()
        writer.object { writer in
            writer.member("data", object: { _ in })
            writer.member("datacontenttype", "application/json")
            writer.member("dataversion", 1)
            writer.member("id", "test-\(now.microseconds)")
            writer.member("source", Self.source(of: ledger))
            writer.member("specversion", "1.0")
            writer.member("subject", "webhook/\(subscription)")
            writer.member("time", now)
            writer.member("type", Self.typePrefix + "webhook-tested")
        }
        return writer.bytes
    }

    private static func sequence(_ version: Int32) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }

    /// A URI reference: what is not unreserved (RFC 3986, section 2.3) is percent-encoded.
    private static func source(of ledger: Ledger) -> String {
        var source = "/ledgers/"
        for byte in ledger.name.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".unicodeScalars.contains(scalar)
            {
                source.unicodeScalars.append(scalar)
            } else {
                source += "%" + [byte].hex.uppercased()
            }
        }
        return source
    }
}
