import DeviceSharing
import EmbeddedPostgres
import Foundation
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

/// A commit that waits for a synchronous standby which is gone: the engine gives up the wait some time after the statement's time
/// is over, and whether the server has given it up too or not, it is not known who has the commit.
@Suite(.fewAtOnce) struct StandbyWaitTests {
    @Test("Given no standby confirms a commit in time, the outcome is unknown, and never a receipt", .timeLimit(.minutes(3)))
    func unconfirmed() async throws {
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: ["fsync": "off"]))
        let database = try await TestDatabase.migrated(on: server)
        var limits = EngineLimits()
        limits.timeouts.statement = .seconds(2)
        try await SharingEngine.withEngine(Harness.configuration(database, limits: limits)) { engine in
            let harness = Harness(database: database, engine: engine)
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            let owner = try await database.connect()
            try await owner.alterSystem("synchronous_standby_names = 'gone'")
            // The server takes note of the setting a moment later.
            let unconfirmed = Mutex("")
            try await eventually("a commit waits, and is given up", within: .seconds(60)) {
                let user = "ada-\(UUID().uuidString)"
                do {
                    try await harness.user(user, entity: "E")
                    return false
                } catch let error as EngineError {
                    #expect(error.code == .outcomeUnknown, "\(error)")
                    unconfirmed.withLock { $0 = user }
                    return true
                }
            }
            try await owner.alterSystem("synchronous_standby_names = ''")
            await owner.close()
            try await eventually("commits wait no longer", within: .seconds(60)) {
                do {
                    try await harness.user("bob", entity: "E")
                    return true
                } catch let error as EngineError where error.isRetryable {
                    return false
                }
            }
            let user = UserID(trusted: unconfirmed.withLock { $0 })
            #expect(try await engine.log.history(of: .user(user)).count == 1, "it was recorded")
        }
        try await server.stop()
    }
}
