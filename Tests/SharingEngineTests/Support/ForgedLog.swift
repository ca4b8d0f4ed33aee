import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

/// What somebody can do who may write everything and knows how leaf hashes and read models are made, before the next checkpoint
/// is signed.
extension TestDatabase {
    func execute(_ sql: String) async throws {
        let connection = try await connect()
        try await connection.execute(script: sql)
        await connection.close()
    }

    /// With every trigger off, as a superuser can.
    func forge(_ sql: String) async throws { try await execute("SET session_replication_role = replica; " + sql) }

    func events() async throws -> [RecordedEvent] {
        let pool = pool()
        let ledger = try await LedgerDirectory(pool: pool).ledger(named: "default")
        let events = try await EventReader(ledger: ledger, pool: pool).events(after: .start, limit: 10_000)
        await pool.shutdown()
        return events
    }

    /// Puts other data, and if need be another type, into an event, with the leaf hash that fits.
    func forge(_ position: Position, type: String? = nil, data: JSONValue) async throws {
        let connection = try await connect()
        try await connection.execute(script: "SET session_replication_role = replica")
        _ = try await connection.query(
            "UPDATE devshare.event SET data = $1, type = coalesce($2, type) WHERE position = $3",
            String(decoding: data.canonicalBytes(), as: UTF8.self), type, position.rawValue)
        _ = try await connection.query(
            "UPDATE devshare.event e SET leaf_hash = devshare.leaf_hash(e) WHERE position = $1", position.rawValue)
        await connection.close()
    }

    /// Makes the read models fit the log.
    func rebuildReadModels() async throws {
        _ = try await ReadModelRebuild(connectionString: connectionString).run()
    }
}

extension JSONValue {
    /// The same with another value at a path of names; nil takes the member away.
    func replacing(_ path: [String], with value: JSONValue?) -> JSONValue {
        guard let name = path.first, var object = objectValue else { return value ?? .null }
        if path.count == 1 {
            object[name] = value
        } else {
            object[name] = (object[name] ?? .object(JSONObject())).replacing(Array(path.dropFirst()), with: value)
        }
        return .object(object)
    }
}
