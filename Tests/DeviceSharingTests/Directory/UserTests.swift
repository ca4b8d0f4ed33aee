import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("A user")
struct UserTests {
    private let alice: [NewEvent] = .user("alice", of: "smith")

    @Test("is registered when the directory first names it, and no more than once")
    func registered() throws {
        try Scenario.given().when(.recordUser("alice", entity: "smith"))
            .then(
                .user(
                    "alice",
                    .registered(user: "alice", entity: "smith", entityKind: .individual, registeredAt: .longAgo))
            )
            .when(.recordUser("alice", entity: "smith"))
            .thenNothing()
    }

    @Test("of whom another registration is on file is refused, also where the entity is another one")
    func otherRegistration() throws {
        for entity in ["smith", "jones"] as [EntityID] {
            try Scenario.given(alice).when(.recordUser("alice", entity: entity, registered: .noon))
                .thenRefused(
                    .directoryRecordDiffers(.user("alice"), field: "registeredAt", recorded: Timestamp.longAgo.description))
        }
    }

    @Test("is registered in the past, as nearly as clocks agree")
    func registeredInTheFuture() throws {
        let latest = Timestamp.noon.advanced(by: .seconds(60))
        #expect(try Scenario.given().when(.recordUser("alice", entity: "smith", registered: latest)).refusal == nil)
        try Scenario.given().when(.recordUser("alice", entity: "smith", registered: latest.advanced(by: .microseconds(1))))
            .thenRefused(.invalidInput(field: "registeredAt", problem: "is in the future"))
        // On file since before such records were refused.
        let future = Timestamp.noon.advanced(by: .days(1_000))
        try Scenario.given(.user("alice", of: "smith", registered: future))
            .when(.recordUser("alice", entity: "smith", registered: future)).thenNothing()
    }

    @Test(
        "has the person who uses it, and whether that person is of age, where the directory says so; silence leaves what is known"
    )
    func person() throws {
        func record(_ person: PersonID?, _ adult: Adulthood?, entity: EntityID = "smith", _ state: User?) throws -> [NewEvent] {
            try UserDecider.record(
                RecordUser(
                    user: "alice", entity: entity, entityKind: .organization, person: person, adult: adult,
                    registeredAt: .longAgo),
                state, at: .noon)
        }
        func fold(_ events: [NewEvent], _ state: User?) -> User? {
            events.reduce(state) { state, event in
                if case .user(let change) = event.event { User.evolve(state, change, at: .noon) } else { state }
            }
        }
        let known = fold(try record("P-1", .yes, nil), nil)
        #expect(known?.person == "P-1" && known?.adult == .yes)
        #expect(try record(nil, nil, known).isEmpty)
        #expect(try record("P-1", .yes, known).isEmpty)
        // Who uses it within another entity is not known until the directory says so.
        let moved = fold(try record(nil, nil, entity: "jones", known), known)
        #expect(moved?.entity == "jones" && moved?.person == nil && moved?.adult == .unknown)
        let movedWithPerson = fold(try record("P-1", nil, entity: "jones", known), known)
        #expect(movedWithPerson?.person == "P-1" && movedWithPerson?.adult == .unknown)
        let unnamed = fold(try record("P-2", nil, known), known)
        #expect(unnamed?.person == "P-2" && unnamed?.adult == .unknown)
        let other = fold(try record("P-2", .unknown, known), known)
        #expect(other?.person == "P-2" && other?.adult == .unknown && other?.revision == 2)
        #expect(fold(try record(nil, nil, nil), nil)?.adult == .unknown)
    }

    @Test("moves to another entity, or changes its kind")
    func entityChanged() throws {
        try Scenario.given(alice).when(.recordUser("alice", entity: "jones"))
            .then(.user("alice", .entityChanged(user: "alice", entity: "jones", entityKind: .individual)))
            .when(.recordUser("alice", entity: "jones", kind: .organization))
            .then(.user("alice", .entityChanged(user: "alice", entity: "jones", entityKind: .organization)))
    }

    @Test("has its identity recorded: which attributes under which key, and nothing of the values")
    func identityRecorded() throws {
        let scenario = try Scenario.given(alice).when(.recordIdentity("alice", .of("AB.D.")))
            .then(
                .user(
                    "alice",
                    .identityRecorded(user: "alice", keyID: "k1", attributes: [.dateOfBirth, .citizenship, .document]))
            )
            .when(.recordIdentity("alice", .of("AB.D.")))
            .thenNothing()
            .when(.recordIdentity("alice", .of("AB.D.", under: "k2")))
            .then(
                .user(
                    "alice",
                    .identityRecorded(user: "alice", keyID: "k2", attributes: [.dateOfBirth, .citizenship, .document])))
        #expect(scenario.world.users["alice"]?.identity?.keyID == "k2")
    }

    @Test("has its identity erased, after it was closed too")
    func identityErased() throws {
        try Scenario.given(alice).when(.recordIdentity("alice", .of("A")))
            .when(.close("alice"))
            .when(.eraseIdentity("alice"))
            .then(.user("alice", .identityErased(user: "alice")))
            .when(.eraseIdentity("alice"))
            .thenNothing()
    }

    @Test("is closed for good: neither registered again nor changed")
    func closed() throws {
        let closed = try Scenario.given(alice).when(.close("alice")).then(.user("alice", .closed(user: "alice")))
        try closed.when(.close("alice")).thenNothing()
        try closed.when(.recordUser("alice", entity: "smith")).thenRefused(.userClosed("alice"))
        try closed.when(.recordUser("alice", entity: "jones")).thenRefused(.userClosed("alice"))
        try closed.when(.recordIdentity("alice", .of("A"))).thenRefused(.userClosed("alice"))
        try closed.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card")).thenRefused(.userClosed("alice"))
    }

    @Test("closed takes its pending request with it")
    func closedWhilePending() throws {
        try Scenario.given(.cast).and(.device("b-new", of: "bob", "dsc-plus", active: .daysAgo(1)))
            .when(.submit(.first, by: "alice", device: "b-new", of: "bob"))
            .then(.first, is: .compliancePending)
            .when(.close("alice"))
            .then(
                .user("alice", .closed(user: "alice")),
                .shareRequest(.first, .withdrawn(note: "the requesting user was closed")),
                .user("alice", .shareRequestClosed(user: "alice", request: .first)))
    }

    @Test("closed ends the sharing by which it logs in, and those of its own devices")
    func closedWhileSharing() throws {
        let shared = try Scenario.given(.cast).when(.submit(.first, by: "alice", device: "b-plus", of: "bob"))
            .when(.submit(.second, by: "carol", device: "b-plus", of: "bob"))
            .then(.second, is: .active)
        try shared.when(.close("alice"))
            .then(
                .user("alice", .closed(user: "alice")),
                .shareRequest(.first, .ended(reason: .participantClosed, note: nil)),
                .user("alice", .loginDeviceChanged(user: "alice", device: nil, sharing: nil, superseded: [])),
                .device("b-plus", .unshared(device: "b-plus", request: .first, with: "alice"))
            )
            .then(.second, is: .active)
        let closed = try shared.when(.close("bob")).then(.first, is: .ended).then(.second, is: .ended)
        #expect(closed.world.users["carol"]?.loginSharing == nil)
        #expect(closed.world.devices["b-plus"]?.sharings == [])
    }

    @Test("who is unknown is not found")
    func unknown() throws {
        let empty = Scenario.given()
        try empty.when(.close("nobody")).thenRefused(.userNotFound("nobody"))
        try empty.when(.recordIdentity("nobody", .of("A"))).thenRefused(.userNotFound("nobody"))
        try empty.when(.eraseIdentity("nobody")).thenRefused(.userNotFound("nobody"))
        try empty.when(.recordDevice("d", holder: "nobody", kind: "sls-card")).thenRefused(.userNotFound("nobody"))
    }
}
