import Canonical
import Testing

@testable import EligibilityPolicy

@Suite("What has changed between two moments' facts")
struct FactChangeTests {
    private static let day = Duration.seconds(86_400)
    private static let start = Timestamp(microseconds: 1_700_000_000_000_000)

    private static func device(_ id: String, _ kind: DeviceKindID = "dsc-plus") -> DeviceFacts {
        DeviceFacts(id: id, kind: kind, activatedAt: start)
    }

    private static let facts = Facts(
        requester: ParticipantFacts(id: "a", entity: "e1", entityKind: .individual, registeredAt: start, devices: []),
        owner: ParticipantFacts(
            id: "b", entity: "e2", entityKind: .individual, registeredAt: start, devices: [device("card"), device("old", "dsc")]),
        device: "card", sharedWith: 0, identity: .missing, consent: nil, submittedAt: start, decidedAt: start)

    @Test("is nothing where only time has passed")
    func time() {
        var later = Self.facts
        later.decidedAt = Self.start.advanced(by: Self.day)
        #expect(Self.facts.changes(to: later).isEmpty)
    }

    @Test("is told one by one, with both values")
    func everything() {
        var later = Self.facts
        let reactivated = DeviceFacts(id: "card", kind: "dsc-plus", activatedAt: Self.start.advanced(by: Self.day))
        later.requester.entity = "e2"
        later.requester.devices = [Self.device("temporary", "temporary-code")]
        later.owner.devices = [reactivated]
        later.owner.entityKind = .organization
        later.owner.registeredAt = Self.start.advanced(by: Self.day)
        later.sharedWith = 2
        later.identity.citizenship = .mismatch
        later.identity.usPerson = true
        #expect(
            Self.facts.changes(to: later) == [
                .entity(.requester, from: "e1", to: "e2"),
                .deviceAdded(.requester, Self.device("temporary", "temporary-code")),
                .entityKind(.owner, from: .individual, to: .organization),
                .registration(.owner, from: Self.start, to: Self.start.advanced(by: Self.day)),
                .deviceReactivated(.owner, reactivated, before: Self.start),
                .deviceGone(.owner, Self.device("old", "dsc")),
                .sharedWith(from: 0, to: 2), .identity(.citizenship, from: .missing, to: .mismatch),
                .usPerson(from: nil, to: true),
            ])
    }
}
