import Canonical

/// `timestamptz`, which counts microseconds from 2000-01-01. Infinity, and years that a `Timestamp` cannot be written with,
/// are refused.
extension Timestamp: PostgresScalar {
    /// 2000-01-01T00:00:00Z in microseconds since the Unix epoch.
    private static let serverEpoch: Int64 = 946_684_800_000_000

    package static var postgresType: PostgresType { .timestamptz }
    package static var arrayType: PostgresType { .timestamptzArray }

    package func encode(into buffer: inout WireBuffer) {
        // Beyond the server's range either way: wraps to a value that it refuses.
        buffer.append(microseconds &- Self.serverEpoch)
    }

    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard bytes.count == 8 else { return nil }
        let (microseconds, overflow) = bytes.bigEndian(as: Int64.self).addingReportingOverflow(Self.serverEpoch)
        guard !overflow, microseconds >= Self.earliest.microseconds, microseconds <= Self.latest.microseconds else { return nil }
        self.init(microseconds: microseconds)
    }
}
