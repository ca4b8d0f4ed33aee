import Canonical
import EventLog
import Foundation
import PostgreSQL

/// Walks a read model in the order of its keys, beside the rows that it should have.
struct TableCursor {
    private let table: ReadModelTable
    private let rows: CopyOutSequence.AsyncIterator
    private var batch: CopyBatch?
    private var place = 0
    private var isAtEnd = false

    init(_ table: ReadModelTable, ledger: Ledger, on connection: Connection) {
        self.table = table
        rows = connection.copyOut(table.copy(of: ledger)).makeAsyncIterator()
    }

    /// The batch in which the next row stands; nil behind the last.
    private mutating func current() async throws -> CopyBatch? {
        while !isAtEnd {
            if let batch, place < batch.count { return batch }
            batch = try await rows.next()
            place = 0
            isAtEnd = batch == nil
        }
        return nil
    }

    /// Compares the row that stands here with the one that should.
    mutating func compare(with expected: ExpectedRow, _ findings: inout AuditFindings) async throws {
        while let batch = try await current() {
            let order = batch.withFields(ofRow: place) { Self.order(ofKeys: $0, expected.fields) }
            if order > 0 { break }
            if order < 0 {
                note(unexpectedIn: batch, &findings)
                place += 1
                continue
            }
            if expected.isKnown, let column = batch.withFields(ofRow: place, { difference($0, expected.fields) }) {
                findings.add(
                    AuditFinding(
                        .readModelDiffers, at: expected.position,
                        "the row of \(expected.name) in devshare.\(table.name) has another \(column) than the log gives"
                    ))
            }
            place += 1
            return
        }
        guard expected.isKnown else { return }
        findings.add(
            AuditFinding(
                .readModelDiffers, at: expected.position, "devshare.\(table.name) lacks the row of \(expected.name)"))
    }

    /// There are no more rows that should be there.
    mutating func end(_ findings: inout AuditFindings) async throws {
        while let batch = try await current() {
            note(unexpectedIn: batch, &findings)
            place += 1
        }
    }

    private func note(unexpectedIn batch: CopyBatch, _ findings: inout AuditFindings) {
        let key = batch.withFields(ofRow: place) { fields in Self.field(fields, at: 0).map { Array($0.bytes) } ?? [] }
        let name =
            String(validating: key, as: UTF8.self).flatMap { $0.isEmpty ? nil : $0 }
            ?? key.map { String($0, radix: 16) }.joined()
        findings.add(
            AuditFinding(
                .readModelDiffers, at: nil, "devshare.\(table.name) has a row of \(name), which the log does not give"))
    }

    // MARK: Bytes

    /// The field that begins at an offset, and where the next one does; nil for what is cut off. NULL has no bytes.
    private static func field(_ row: UnsafeRawBufferPointer, at offset: Int) -> (
        bytes: UnsafeRawBufferPointer, isNull: Bool, end: Int
    )? {
        guard offset + 4 <= row.count else { return nil }
        let length = Int(Int32(bigEndian: row.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        let end = offset + 4 + max(0, length)
        guard end <= row.count else { return nil }
        return (UnsafeRawBufferPointer(rebasing: row[offset + 4..<end]), length < 0, end)
    }

    /// As PostgreSQL sorts texts under the collation C, and UUIDs: by their bytes. Below zero: the left one comes first.
    private static func order(ofKeys row: UnsafeRawBufferPointer, _ expected: [UInt8]) -> Int {
        expected.withUnsafeBytes { expected in
            guard let left = field(row, at: 0)?.bytes, let right = field(expected, at: 0)?.bytes else { return 0 }
            let common = min(left.count, right.count)
            if common > 0, let a = left.baseAddress, let b = right.baseAddress,
                case let order = Int(memcmp(a, b, common)), order != 0
            {
                return order
            }
            return left.count - right.count
        }
    }

    /// The first column in which two rows differ; nil where they are the same.
    private func difference(_ row: UnsafeRawBufferPointer, _ expected: [UInt8]) -> String? {
        expected.withUnsafeBytes { expected in
            if row.isSame(as: expected) { return nil }
            var offsets = (0, 0)
            for column in table.columns {
                guard let left = Self.field(row, at: offsets.0), let right = Self.field(expected, at: offsets.1),
                    left.isNull == right.isNull, left.bytes.isSame(as: right.bytes)
                else { return column }
                offsets = (left.end, right.end)
            }
            return table.columns.last
        }
    }
}
