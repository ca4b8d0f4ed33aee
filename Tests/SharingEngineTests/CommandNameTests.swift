import Canonical
import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import Phrases
@testable import SharingEngine

@Suite("Every command", .fewAtOnce)
struct CommandNameTests {
    private static func all() throws -> [Command] {
        let (user, device, request) = (UserID(trusted: "u"), DeviceID(trusted: "d"), ShareRequestID())
        let policy = try Policy.load(Installation.defaultPolicy(), file: "policy")
        let identity = try #require(Harness.key).fingerprints(
            of: IdentityData(
                dateOfBirth: "1980-01-02", citizenship: "HK", residence: "HK",
                document: (type: "passport", number: "K101")))
        return [
            .submit(SubmitShareRequest(requester: user, owner: UserID(trusted: "o"), device: device, consent: nil)),
            .approve(request, note: nil), .reject(request, reason: nil, note: nil), .withdraw(request, note: nil),
            .claim(request), .renewClaim(request),
            .release(request), .note(request, text: "t"), .expire(request),
            .escalate(request),
            .endSharing(request, reason: .stoppedByRequester, note: nil),
            .recordUser(
                RecordUser(user: user, entity: EntityID(trusted: "e"), entityKind: .individual, registeredAt: .now)),
            .recordIdentity(user, identity), .eraseIdentity(user), .closeUser(user),
            .recordDevice(RecordDevice(device: device, holder: user, kind: "dsc", activatedAt: nil, expiresAt: nil)),
            .deactivateDevice(device, reason: "r"), .reportDeviceLost(device),
            .activatePolicy(
                PolicyActivation(name: policy.name, version: policy.version, digest: policy.digest, text: policy.source)
            ),
            .detachEvents(file: policy.digest, Archive.Run(positions: 1...2, headers: [policy.digest])),
            .attachEvents(file: policy.digest),
        ]
    }

    /// The place of a command in ``all()``. A new command has none, and this does not compile.
    private static func place(of command: Command) -> Int {
        switch command {
        case .submit: 0
        case .approve: 1
        case .reject: 2
        case .withdraw: 3
        case .claim: 4
        case .renewClaim: 5
        case .release: 6
        case .note: 7
        case .expire: 8
        case .escalate: 9
        case .endSharing: 10
        case .recordUser: 11
        case .recordIdentity: 12
        case .eraseIdentity: 13
        case .closeUser: 14
        case .recordDevice: 15
        case .deactivateDevice: 16
        case .reportDeviceLost: 17
        case .activatePolicy: 18
        case .detachEvents: 19
        case .attachEvents: 20
        }
    }

    @Test("has a word in every language")
    func words() throws {
        let commands = try Self.all()
        #expect(commands.map(Self.place) == Array(commands.indices))
        #expect(commands.last.map(Self.place) == 20)
        // The loader of message catalogues asks for these in each language.
        #expect(Set(commands.map(\.name)).isSubset(of: MessageNames.actionNames))
    }
}
