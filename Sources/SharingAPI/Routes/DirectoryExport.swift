import Canonical
import HTTPEdge
import NIOCore
import SharingEngine
import SharingLog

/// Users and then devices, one a line, read from the database a page at a time as they are written, and no faster than the client
/// reads. Ends with a line that says how many there were.
struct DirectoryExport: AsyncSequence, Sendable {
    let engine: SharingEngine
    /// The beginning, or changes since a point.
    let start: DirectoryCursor
    /// Of the room for exports: given back with the last line, and at the latest when nobody has the export any more.
    let share: ConcurrencyLimiter.Share

    struct AsyncIterator: AsyncIteratorProtocol {
        private enum Stage {
            case users(DirectoryCursor)
            case devices(DirectoryCursor)
            case end
            case ended
        }

        private let export: DirectoryExport
        private var stage: Stage
        private var users = 0
        private var devices = 0
        /// The point that the users were read at: the devices were later.
        private var asOf = LogPoint.start

        fileprivate init(_ export: DirectoryExport) {
            self.export = export
            stage = .users(export.start)
        }

        mutating func next() async throws -> ByteBuffer? {
            while true {
                switch stage {
                case .users(let cursor):
                    let page = try await export.page(UserRecord.self, from: cursor)
                    stage = page.next.map { .users($0) } ?? .devices(export.start)
                    users += page.records.count
                    asOf = page.asOf
                    if !page.records.isEmpty { return Self.lines(page.records, type: "user") }
                case .devices(let cursor):
                    let page = try await export.page(DeviceRecord.self, from: cursor)
                    stage = page.next.map { .devices($0) } ?? .end
                    devices += page.records.count
                    if !page.records.isEmpty { return Self.lines(page.records, type: "device") }
                case .end:
                    stage = .ended
                    export.share.giveBack()
                    var buffer = ByteBuffer()
                    Self.write(
                        [
                            "type": "end", "asOf": .string(asOf.description), "users": .integer(Int64(users)),
                            "devices": .integer(Int64(devices)),
                        ], &buffer)
                    return buffer
                case .ended: return nil
                }
            }
        }

        private static func lines(_ records: [some ListedRecord], type: String) -> ByteBuffer {
            var buffer = ByteBuffer()
            for record in records {
                var object = record.representation
                object["type"] = .string(type)
                write(.object(object), &buffer)
            }
            return buffer
        }

        private static func write(_ json: JSONValue, _ buffer: inout ByteBuffer) {
            buffer.writeBytes(json.canonicalBytes())
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    private func page<Record: DirectoryRecord>(_: Record.Type, from cursor: DirectoryCursor) async throws -> DirectoryPage<Record>
    {
        try await engine.directory(Record.self, from: cursor, limit: SharingEngine.maximumDirectoryPage)
    }
}
