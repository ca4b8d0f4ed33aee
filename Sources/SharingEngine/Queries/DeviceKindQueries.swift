import DeviceSharing
import EligibilityPolicy
import PostgreSQL

extension SharingEngine {
    /// The kinds of devices, of those that there are.
    public func kinds(of devices: some Collection<DeviceID>) async throws -> [DeviceID: DeviceKindID] {
        guard !devices.isEmpty else { return [:] }
        let statement = Statement(
            "SELECT device_id, kind FROM devshare.device WHERE ledger = $1 AND device_id = ANY ($2)",
            [ledger.key, Array(Set(devices.map(\.rawValue)))])
        let result = try await pool.withConnection { connection in try await connection.query(statement)
        }
        return Dictionary(
            try result.rows.map {
                (DeviceID(trusted: try $0.decode(0)), DeviceKindID(rawValue: try $0.decode(1)))
            },
            uniquingKeysWith: { first, _ in first })
    }
}
