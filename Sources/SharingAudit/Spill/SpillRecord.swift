import Canonical
import DeviceSharing
import EventLog
import SharingLog

/// The form of what is spilled: an event as far as a state is folded of it, or a row of a read model.
///
/// A header as it lies in memory, and then the bytes that it counts: whoever wrote a record reads it.
enum SpillRecord {
    private struct Header: BitwiseCopyable {
        /// Of the whole record.
        var length: UInt32
        /// Number of the table whose row it is; -1: an event, -2: a claim of one.
        var table: Int16
        var schemaVersion: Int16 = 0
        var key: UInt64
        var position: Int64 = 0
        var recordedAt: Int64 = 0
        var version: Int32 = 0
        var streamLength: UInt32 = 0
        var typeLength: UInt32 = 0
    }

    private static let headerLength = MemoryLayout<Header>.size

    /// A number for the stream of that name, of which two streams can have the same, but hardly do. Another in each process, so
    /// that nobody can choose names that come together.
    static func key(of stream: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: stream)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The same for a name that is no part of the log.
    static func key(of stream: String) -> UInt64 {
        var stream = stream
        return stream.withUTF8 { key(of: UnsafeRawBufferPointer($0)) }
    }

    static func key(of stream: [UInt8]) -> UInt64 { stream.withUnsafeBytes { key(of: $0) } }

    /// Of an event that changes nothing that is looked at only that it was there: it has neither a type nor data when it is read
    /// again.
    /// - Parameter withFacts: whether what decisions see is looked at, beside the rows of read models.
    static func append(_ lent: borrowing LentEvent, key: UInt64, withFacts: Bool, to buffer: inout [UInt8]) {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let known = EventType(utf8: lent.type)
        let isBare =
            switch known?.properties.effect {
            case .nothing: !lent.isDetached
            case .facts: !lent.isDetached && !withFacts
            case .readModels, nil: false
            }
        let (type, data) = isBare ? (nothing, nothing) : (lent.type, lent.data)
        let (rules, facts) = EventSchema.beyondState(ofType: type, data)
        let length = headerLength + lent.stream.count + type.count + data.count - rules.count - facts.count
        let header = Header(
            length: UInt32(length), table: -1, schemaVersion: lent.schemaVersion, key: key, position: lent.position.rawValue,
            recordedAt: lent.recordedAt.microseconds, version: lent.version, streamLength: UInt32(lent.stream.count),
            typeLength: UInt32(type.count))
        withUnsafeBytes(of: header) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: lent.stream)
        buffer.append(contentsOf: type)
        buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: data[..<rules.lowerBound]))
        buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: data[rules.upperBound..<facts.lowerBound]))
        buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: data[facts.upperBound...]))
    }

    static func append(row fields: UnsafeRawBufferPointer, of table: ReadModelTable, key: UInt64, to buffer: inout [UInt8]) {
        let header = Header(length: UInt32(headerLength + fields.count), table: Int16(table.number), key: key)
        withUnsafeBytes(of: header) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: fields)
    }

    /// What an event says of a stream, to be read before it.
    static func append(_ claim: FactClaim, of stream: UnsafeRawBufferPointer, key: UInt64, to buffer: inout [UInt8]) {
        let start = buffer.count
        var header = Header(
            length: 0, table: claimMark, key: key, position: claim.position.rawValue, recordedAt: claim.recordedAt.microseconds,
            streamLength: UInt32(stream.count))
        withUnsafeBytes(of: header) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: stream)
        claim.write(to: &buffer)
        header.length = UInt32(buffer.count - start)
        let length = headerLength
        buffer.withUnsafeMutableBytes { bytes in
            let place = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + length])
            withUnsafeBytes(of: header) { place.copyMemory(from: $0) }
        }
    }

    private static let claimMark: Int16 = -2

    /// Calls one of these with each record. What is lent is valid inside of them only.
    static func forEach(
        in buffer: [UInt8], event: (_ event: borrowing LentEvent, _ key: UInt64) -> Void,
        claim: (_ claim: FactClaim, _ stream: UnsafeRawBufferPointer, _ key: UInt64) -> Void,
        row: (_ fields: UnsafeRawBufferPointer, _ table: ReadModelTable, _ key: UInt64) -> Void
    ) {
        buffer.withUnsafeBytes { buffer in
            var start = 0
            while start < buffer.count {
                let header = buffer.loadUnaligned(fromByteOffset: start, as: Header.self)
                let end = start + Int(header.length)
                let fields = UnsafeRawBufferPointer(rebasing: buffer[start + headerLength..<end])
                start = end
                guard header.table < 0 else {
                    row(fields, ReadModelTable.all[Int(header.table)], header.key)
                    continue
                }
                if header.table == claimMark {
                    let stream = Int(header.streamLength)
                    let made = FactClaim(
                        UnsafeRawBufferPointer(rebasing: fields[stream...]), at: Position(rawValue: header.position),
                        recordedAt: Timestamp(microseconds: header.recordedAt))
                    if let made { claim(made, UnsafeRawBufferPointer(rebasing: fields[..<stream]), header.key) }
                    continue
                }
                let (type, data) = (Int(header.streamLength), Int(header.streamLength + header.typeLength))
                event(
                    LentEvent(
                        position: Position(rawValue: header.position), stream: UnsafeRawBufferPointer(rebasing: fields[..<type]),
                        version: header.version, type: UnsafeRawBufferPointer(rebasing: fields[type..<data]),
                        schemaVersion: header.schemaVersion, recordedAt: Timestamp(microseconds: header.recordedAt),
                        data: UnsafeRawBufferPointer(rebasing: fields[data...])), header.key)
            }
        }
    }
}
