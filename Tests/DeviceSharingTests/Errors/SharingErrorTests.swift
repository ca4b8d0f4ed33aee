import Testing

@testable import DeviceSharing
@testable import EligibilityPolicy

@Suite("Errors of the domain")
struct SharingErrorTests {
    /// One of each factory.
    private static let made: [SharingError] = [
        .requesterIsOwner("u"), .userNotFound("u"), .userClosed("u"), .deviceNotFound("d"),
        .notDeviceOwner("u", device: "d"),
        .deviceNotActive("d", state: "lost"), .deviceHeldByAnotherUser("d", holder: "u"),
        .directoryRecordDiffers(.device("d"), field: "status", recorded: "lost"),
        .alreadyShared("u", device: "d"),
        .sharingChain("u", device: "d"), .requestAlreadyOpen("u", request: .first), .requestNotFound(.first),
        .sharingNotFound(.first), .complianceDecision, .reasonNotDisclosed,
        .invalidTransition(from: "ended", attempted: "approve"), .reasonRequired,
        .unknownRejectionReason("mood", known: ["other"]), .unknownConsentType("signed", known: ["asserted"]),
        .separationOfDuties(officer: "olivia"), .notPermitted(role: .auditor, attempted: "approve"),
        .versionConflict(stream: .device("d"), expected: 1, actual: 2), .idempotencyKeyReused("k"),
        .invalidInput(field: "f", problem: "p"),
        .invalidIdentityData(.document, problem: "p"), .policyInvalid(problems: ["p"]),
        .policyVersionReused("v"), .deviceKindInUse(["card"], devices: 2),
    ]

    /// Codes that a policy's rules give, with parameters by the rules' expressions.
    private static let ofPolicies: Set<SharingErrorCode> = [
        .deviceSecurityLevelTooLow, .identityMismatch, .identityIncomplete, .temporaryDeviceAssigned,
        .deviceNotShareable, .ownerConsentMissing,
        .ownerConsentStale, .organizationInvolved, .twoPersonsInvolved, .deviceWidelyShared, .deviceRecentlyActivated,
        .userRecentlyRegistered,
    ]

    /// With what is said where an officer is in the way of another.
    private static let all =
        made + [
            SharingError.invalidTransition(against: ShareRequest.Claim(officer: "olivia", until: .noon), attempted: "approve")
        ]

    @Test(
        "carry the parameters that their code declares, of the declared kinds, and leave out only what may be empty",
        arguments: all)
    func parameters(error: SharingError) {
        let declared = error.code.parameters
        #expect(Set(error.parameters.map(\.name)).isSubset(of: declared.map(\.name)))
        for parameter in declared {
            let isSound = error.parameters[parameter.name].map(parameter.kind.accepts) ?? parameter.mayBeEmpty
            #expect(isSound, "\(parameter.name)")
        }
    }

    @Test("have a factory for every code, but for those that policies give")
    func complete() {
        let codes = Self.made.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(Set(codes).isDisjoint(with: Self.ofPolicies))
        #expect(Set(codes).union(Self.ofPolicies) == Set(SharingErrorCode.allCases))
    }

    @Test("come from the default policy with exactly the parameters that their code declares")
    func ofTheDefaultPolicy() throws {
        for rule in try World.policy().rules {
            guard case .builtIn(let code) = rule.code else { return #expect(Bool(false), "\(rule.id)") }
            #expect(Set(rule.parameters.map(\.name)) == Set(code.parameters.map(\.name)), "\(rule.id)")
            #expect(Self.ofPolicies.contains(code), "\(rule.id)")
        }
    }

    @Test("read back from the log, integers too large for JSON included")
    func roundTrip() throws {
        for error in Self.made {
            let event = DomainEvent.shareRequest(.rejected(Rejection(by: .policy, error: error)))
            #expect(try decode(event.type, event.data()) == event)
        }
        let large = SharingError(.deviceWidelyShared, ["device": "d", "sharedWith": .integer(.max)])
        let event = DomainEvent.shareRequest(.rejected(Rejection(by: .policy, error: large)))
        #expect(try decode(event.type, event.data()) == event)
    }

    @Test("say in one line what they are")
    func description() {
        #expect("\(SharingError.reasonRequired)" == "reason-required")
        #expect("\(SharingError.sharingChain("bob", device: "b-plus"))" == "sharing-chain (device: b-plus, user: bob)")
    }
}
