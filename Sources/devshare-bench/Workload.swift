import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation
import SharingEngine
import SharingLog

/// Share requests that the default policy decides alike, and the directory that they need: each request has an entity of its own
/// with two users and one device.
struct Workload: Sendable {
    /// Sets the identifiers of several workloads on one database apart.
    let name: String
    let count: Int
    /// Days for which each device has been active.
    var deviceDays = 400
    /// What becomes of each request.
    var expected = ShareRequest.State.active

    private static let operatorContext = CommandContext(actor: Actor(id: "bench", role: .operator))
    private static let longAgo = Timestamp.now.advanced(by: .seconds(-400 * 86_400))

    private func requester(_ index: Int) -> UserID { UserID(trusted: "\(name)-requester-\(index)") }
    private func owner(_ index: Int) -> UserID { UserID(trusted: "\(name)-owner-\(index)") }
    private func device(_ index: Int) -> DeviceID { DeviceID(trusted: "\(name)-device-\(index)") }

    /// Records users and devices.
    func prepare(_ engine: SharingEngine) async throws {
        try await concurrently(count, callers: 512) { index in
            let entity = EntityID(trusted: "\(name)-entity-\(index)")
            for user in [requester(index), owner(index)] {
                let record = RecordUser(user: user, entity: entity, entityKind: .individual, registeredAt: Self.longAgo)
                _ = try await engine.perform(.recordUser(record), as: Self.operatorContext)
            }
            let record = RecordDevice(
                device: device(index), holder: owner(index), kind: "dsc-plus",
                activatedAt: .now.advanced(by: .seconds(-86_400 * deviceDays)))
            _ = try await engine.perform(.recordDevice(record), as: Self.operatorContext)
        }
    }

    /// Submits the request of that number and returns its receipt. Throws unless it came out as expected.
    @discardableResult
    func submit(_ index: Int, to engine: SharingEngine) async throws -> Receipt {
        let consent = try OwnerConsent(method: "device-challenge", givenAt: .now, reference: "evidence-\(index)")
        let receipt = try await engine.perform(
            .submit(
                SubmitShareRequest(requester: requester(index), owner: owner(index), device: device(index), consent: consent)),
            as: CommandContext(actor: Actor(id: "portal", role: .portal), idempotencyKey: "\(name)-\(index)"))
        guard receipt.request?.state == expected else {
            throw BenchmarkError(
                "a request came out otherwise: \(receipt.request?.state.rawValue ?? "?") \(receipt.request?.reasons ?? [])")
        }
        return receipt
    }

    /// The same requests for wrk: each of its threads takes every so manieth.
    ///
    /// - Parameter endless: whether they are to go on for ever. Then they are made over and over without the owner's consent, so
    ///   that each is rejected, and the next one of the same requester is not in its way.
    func luaScript(token: String, threads: Int, endless: Bool = false) -> String {
        // Keys of their own for each script, or one would be answered what another was.
        let keys = UUID()
        let consent =
            endless ? "" : #","consent":{"method":"device-challenge","givenAt":"%s","reference":"evidence"}"#
        return """
            local next_id = 0
            function setup(thread) thread:set("id", next_id); next_id = next_id + 1 end
            local calls = 0
            function request()
                local number = (calls * \(threads) + id)\(endless ? " % \(count)" : "")
                calls = calls + 1
                local moment = os.date("!%Y-%m-%dT%H:%M:%SZ")
                local body = string.format(
                    '{"requester":"\(name)-requester-%d","owner":"\(name)-owner-%d","device":"\(name)-device-%d"\(consent)}',
                    number, number, number, moment)
                return wrk.format("POST", "/v1/share-requests", {
                    ["Authorization"] = "Bearer \(token)", ["Content-Type"] = "application/json",
                    ["Idempotency-Key"] = string.format("\(keys)-%d-%d", id, calls)
                }, body)
            end
            """
    }

    /// Submits requests from so many callers at once, until all are submitted or the time is up. Returns requests a second.
    func submissionsPerSecond(_ engine: SharingEngine, callers: Int, for limit: Duration) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let submitted = try await concurrently(count, callers: callers, until: start + limit) { index in
            try await submit(index, to: engine)
        }
        return Double(submitted) / (clock.now - start).inSeconds
    }
}
