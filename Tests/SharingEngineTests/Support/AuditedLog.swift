import Canonical
import DeviceSharing
import Foundation
import PostgreSQL
import TestSupport
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

/// A log with requests of every outcome, sealed in several steps, that can be tampered with.
struct AuditedLog: Sendable {
    let database: TestDatabase
    let key: SignerKey
    let requests: [ShareRequestID]

    static func make(rounds: Int = 4) async throws -> AuditedLog {
        let key = SignerKey.generate(name: try KeyName("test.example/log"))
        let database = try await TestDatabase.migrated()
        let requests = try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
            let sealing = SealingService(engine.log, SealingConfiguration(signers: [key]))
            let harness = Harness(database: database, engine: engine)
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            var requests: [ShareRequestID] = []
            for round in 0..<rounds {
                for (name, entity) in [("a", "one"), ("b", "one"), ("c", "two")] {
                    try await harness.user("\(name)\(round)", entity: "\(entity)\(round)")
                }
                try await harness.device("d\(round)", of: "b\(round)")
                for requester in ["a", "c"] {
                    let receipt = try await harness.submit("\(requester)\(round)", "b\(round)", "d\(round)")
                    if case .shareRequest(let id) = receipt.subject { requests.append(id) }
                }
                if let last = requests.last {
                    _ = try await engine.perform(
                        .note(last, text: "seen 見た é"), as: CommandContext(actor: Harness.officer))
                }
                let head = try await engine.log.head()
                try await eventually("all is sealed") {
                    _ = try await sealing.seal()
                    return try await engine.log.checkpoint(covering: head) != nil
                }
            }
            return requests
        }
        return AuditedLog(database: database, key: key, requests: requests)
    }

    /// A copy of the database, to be tampered with.
    func copy() async throws -> AuditedLog {
        AuditedLog(database: try await database.copy(), key: key, requests: requests)
    }

    func execute(_ sql: String) async throws {
        let connection = try await database.connect()
        try await connection.execute(script: sql)
        await connection.close()
    }

    /// With every trigger off, as a superuser can.
    func tamper(_ sql: String) async throws { try await execute("SET session_replication_role = replica; " + sql) }

    func value<Value: PostgresDecodable>(_ sql: String) async throws -> Value {
        let connection = try await database.connect()
        let value: Value = try await connection.query(sql).rows[0].decode(0)
        await connection.close()
        return value
    }

    func verify(_ change: (inout LogVerification.Options) -> Void = { _ in }) async throws -> LogVerification.Report {
        var options = LogVerification.Options()
        options.keys = [key.verifier]
        change(&options)
        return try await LogVerification(Harness.configuration(database).settings, options: options).run()
    }
}
