import Canonical
import DeviceSharing
import EligibilityPolicy
import Synchronization
import TestSupport

@testable import SharingEngine

/// The requests that a run has made so far, for commands about them.
final class KnownRequests: Sendable {
    private let requests = Mutex<[ShareRequestID]>([])

    func add(_ request: ShareRequestID) { requests.withLock { $0.append(request) } }

    func any(using generator: inout SeededGenerator) -> ShareRequestID? {
        // The newest are those on which most can still happen.
        requests.withLock { requests in requests.suffix(60).randomElement(using: &generator) }
    }
}

/// Commands of every kind on a small directory, so that they get in each other's way.
struct RandomCommands {
    static let users = (0..<24).map { UserID(trusted: "user-\($0)") }
    static let devices = (0..<36).map { DeviceID(trusted: "device-\($0)") }
    private static let kinds: [DeviceKindID] = ["dsc-plus", "dsc-plus", "dsc", "sls-card", "ib-key"]

    static func entity(of user: Int) -> EntityID { EntityID(trusted: "entity-\(user / 4)") }

    static func holder(of device: Int) -> UserID { users[device % users.count] }

    /// A device's kind never changes, so it follows from its number.
    static func kind(of device: Int) -> DeviceKindID { kinds[device % kinds.count] }

    var generator: SeededGenerator
    let requests: KnownRequests

    /// A command and who sends it.
    mutating func next(_ now: Timestamp) -> (Command, Actor) {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<45: return (submission(now), Actor(id: "portal", role: .portal))
        case 45..<75: return casework()
        case 75..<85: return ending(now)
        default: return (directory(now), Actor(id: "operator", role: .operator))
        }
    }

    private mutating func submission(_ now: Timestamp) -> Command {
        let device = Int.random(in: 0..<Self.devices.count, using: &generator)
        let owner = generator.once(in: 20) ? user() : Self.holder(of: device)
        let mates = Self.users.indices.filter {
            Self.users[$0 / 4 * 4] == owner || $0 / 4 == (Self.users.firstIndex(of: owner) ?? 0) / 4
        }
        let requester = generator.once(in: 5) ? user() : Self.users[mates.randomElement(using: &generator) ?? 0]
        let age = generator.once(in: 10) ? Duration.seconds(3_600) : .seconds(10)
        let consent =
            generator.once(in: 30)
            ? nil : try? OwnerConsent(method: "challenge", givenAt: now.advanced(by: .zero - age), reference: "r")
        return .submit(
            SubmitShareRequest(
                request: ShareRequestID(at: now, using: &generator), requester: requester, owner: owner,
                device: Self.devices[device],
                consent: consent))
    }

    private mutating func casework() -> (Command, Actor) {
        let officer = Actor(id: "officer-\(Int.random(in: 0..<3, using: &generator))", role: .compliance)
        guard let request = requests.any(using: &generator) else {
            return (.note(ShareRequestID(), text: "nothing yet"), officer)
        }
        switch Int.random(in: 0..<8, using: &generator) {
        case 0, 1, 2: return (.approve(request, note: generator.once(in: 2) ? "fine" : nil), officer)
        case 3: return (.reject(request, reason: generator.once(in: 3) ? nil : "suspected-fraud", note: nil), officer)
        case 4: return (.claim(request), officer)
        case 5: return (.release(request), officer)
        case 6: return (.note(request, text: "looked at it"), officer)
        default: return (.withdraw(request, note: nil), Actor(id: "portal", role: .portal))
        }
    }

    private mutating func ending(_ now: Timestamp) -> (Command, Actor) {
        guard let request = requests.any(using: &generator) else {
            return (.closeUser(user()), Actor(id: "operator", role: .operator))
        }
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return (.endSharing(request, reason: .stoppedByRequester, note: nil), Actor(id: "portal", role: .portal))
        case 1:
            let consent = try? OwnerConsent(method: "challenge", givenAt: now, reference: "e")
            return (
                .endSharing(request, reason: .stoppedByOwner, consent: consent, note: "mine"),
                Actor(id: generator.once(in: 2) ? "portal" : "other-portal", role: .portal)
            )
        default: return (.endSharing(request, reason: .stoppedByCompliance, note: nil), Actor(id: "officer-0", role: .compliance))
        }
    }

    private mutating func directory(_ now: Timestamp) -> Command {
        let number = Int.random(in: 0..<Self.devices.count, using: &generator)
        switch Int.random(in: 0..<40, using: &generator) {
        case 0: return .closeUser(user())
        case 1..<4: return .reportDeviceLost(Self.devices[number])
        case 4..<12: return .deactivateDevice(Self.devices[number], reason: "replaced")
        case 12..<15: return .eraseIdentity(user())
        case 15..<22: return recordUser(Int.random(in: 0..<Self.users.count, using: &generator))
        case 22..<26: return temporaryDevice(now)
        default: return device(number, now)
        }
    }

    private mutating func recordUser(_ number: Int) -> Command {
        let entity =
            generator.once(in: 4)
            ? EntityID(trusted: "entity-\(Int.random(in: 0..<7, using: &generator))") : Self.entity(of: number)
        return .recordUser(
            RecordUser(user: Self.users[number], entity: entity, entityKind: .individual, registeredAt: Harness.longAgo))
    }

    mutating func device(_ number: Int, _ now: Timestamp) -> Command {
        .recordDevice(
            RecordDevice(
                device: Self.devices[number], holder: Self.holder(of: number), kind: Self.kind(of: number),
                activatedAt: generator.once(in: 4) ? now : Harness.longAgo))
    }

    private mutating func temporaryDevice(_ now: Timestamp) -> Command {
        .recordDevice(
            RecordDevice(
                device: DeviceID(trusted: "temporary-\(generator.next())"), holder: user(), kind: "temporary-code",
                activatedAt: now,
                expiresAt: now.advanced(by: .seconds(2))))
    }

    private mutating func user() -> UserID { Self.users.randomElement(using: &generator) ?? Self.users[0] }

}
