import DeviceSharing
import EligibilityPolicy
import PostgreSQL

extension SharingEngine {
    /// How many devices of these kinds are in use, or may be again; kinds without one are left out.
    func deviceCounts(ofKinds kinds: [DeviceKindID]) async throws -> [DeviceKindID: Int] {
        guard !kinds.isEmpty else { return [:] }
        let statement = Statement(
            """
            SELECT kind, count(*) FROM devshare.device
             WHERE ledger = $1 AND kind = ANY ($2) AND status <> 'lost' GROUP BY kind
            """, [ledger.key, kinds.map(\.rawValue)])
        let rows = try await pool.withConnection { connection in try await connection.query(statement) }.rows
        return Dictionary(
            try rows.map { (DeviceKindID(rawValue: try $0.decode(0)), try $0.decode(1)) }, uniquingKeysWith: { first, _ in first }
        )
    }

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
