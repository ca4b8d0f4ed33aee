import Canonical
import DeviceSharing
import EligibilityPolicy
import Logging
import PostgreSQL
import TestSupport

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog
@testable import SharingWebhooks

/// An engine at work on a database of its own, with the default policy in force.
struct Harness: Sendable {
    let database: TestDatabase
    let engine: SharingEngine

    static let operatorContext = CommandContext(actor: Actor(id: "operator", role: .operator))
    static let portal = Actor(id: "portal", role: .portal)
    static let officer = Actor(id: "officer-1", role: .compliance)
    static let longAgo = Timestamp.now.advanced(by: .seconds(-400 * 86_400))
    static let key = try? FingerprintKey(id: "k1", secret: Array(repeating: 7, count: 32))

    static func run<Value: Sendable>(
        clock: (@Sendable () -> Timestamp)? = nil, limits: EngineLimits = EngineLimits(),
        _ body: @Sendable @escaping (Harness) async throws -> Value
    ) async throws -> Value {
        let database = try await TestDatabase.migrated()
        return try await SharingEngine.withEngine(configuration(database, clock: clock, limits: limits)) { engine in
            let harness = Harness(database: database, engine: engine)
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: operatorContext)
            return try await body(harness)
        }
    }

    /// One more engine on a database, as another process would have.
    static func configuration(
        _ database: TestDatabase, clock: (@Sendable () -> Timestamp)? = nil, limits: EngineLimits = EngineLimits()
    ) -> EngineConfiguration {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return EngineConfiguration(
            connectionString: database.connectionString, limits: limits, logger: logger, clock: clock, role: "devshare_app")
    }

    // MARK: The directory

    func user(_ id: String, entity: String, kind: EntityKind = .individual, registeredAt: Timestamp = longAgo) async throws {
        let record = RecordUser(
            user: UserID(trusted: id), entity: EntityID(trusted: entity), entityKind: kind, registeredAt: registeredAt)
        _ = try await engine.perform(.recordUser(record), as: Self.operatorContext)
    }

    func device(
        _ id: String, of holder: String, kind: DeviceKindID = "dsc-plus", activatedAt: Timestamp? = longAgo,
        expiresAt: Timestamp? = nil
    ) async throws {
        let record = RecordDevice(
            device: DeviceID(trusted: id), holder: UserID(trusted: holder), kind: kind, activatedAt: activatedAt,
            expiresAt: expiresAt)
        _ = try await engine.perform(.recordDevice(record), as: Self.operatorContext)
    }

    func identity(_ user: String, born: String, document: String) async throws {
        guard let key = Self.key else { return }
        let data = try IdentityData(
            dateOfBirth: born, citizenship: "HK", residence: "HK", document: (type: "passport", number: document))
        _ = try await engine.perform(.recordIdentity(UserID(trusted: user), key.fingerprints(of: data)), as: Self.operatorContext)
    }

    // MARK: Requests

    func consent(at moment: Timestamp? = nil) throws -> OwnerConsent {
        try OwnerConsent(method: "device-challenge", givenAt: moment ?? engine.now(), reference: "evidence")
    }

    @discardableResult
    func submit(
        _ requester: String, _ owner: String, _ device: String, key: String? = nil, consent: OwnerConsent? = nil
    ) async throws -> Receipt {
        let command = SubmitShareRequest(
            requester: UserID(trusted: requester), owner: UserID(trusted: owner), device: DeviceID(trusted: device),
            consent: try consent ?? self.consent())
        return try await engine.perform(.submit(command), as: CommandContext(actor: Self.portal, idempotencyKey: key))
    }

    /// A request that waits for compliance: for a device that is an hour old.
    func pendingRequest(
        _ requester: String = "alice", _ owner: String = "bob", _ device: String = "new"
    ) async throws -> ShareRequestID {
        try await user(requester, entity: "entity-of-\(owner)")
        try await user(owner, entity: "entity-of-\(owner)")
        try await self.device(device, of: owner, activatedAt: engine.now().advanced(by: .seconds(-3_600)))
        let receipt = try await submit(requester, owner, device)
        guard let request = receipt.request, request.state == .compliancePending else {
            throw EngineError(.logUnreadable, "the request of \(requester) is not pending")
        }
        return request.id
    }

    func query(_ sql: String, _ parameters: any PostgresEncodable...) async throws -> QueryResult {
        let connection = try await database.connect()
        let result = try await connection.query(Statement(sql, parameters))
        await connection.close()
        return result
    }
}

extension SharingEngine {
    /// The webhooks of the engine's ledger, whose receivers are on this machine.
    var webhooks: WebhookSubscriptions { WebhookSubscriptions(log, allowsPrivateReceivers: true) }
}

extension EventArchive {
    /// The archives of an engine's log; what is moved is recorded by the engine's commands.
    init(_ engine: SharingEngine, as context: CommandContext = Harness.operatorContext) {
        self.init(
            engine.log,
            journal: Journal { file, run in
                _ = try await engine.perform(.detachEvents(file: file, run), as: context)
            } attach: { file in
                _ = try await engine.perform(.attachEvents(file: file), as: context)
            })
    }
}
