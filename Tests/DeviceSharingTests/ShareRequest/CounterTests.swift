import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

/// Alice, Bob and Carol belong to the entity smith, Dave to jones. Bob has a DSC+, and so has Dave.
@Suite("What is counted of the log")
struct CounterTests {
    private static func counter(_ text: String) throws -> HistoryCounter { try #require(HistoryCounter(text)) }

    /// What a decision would see on a request of Alice for Bob's DSC+.
    private static func count(
        _ text: String, _ scenario: Scenario, of request: ShareRequestID? = nil, requester: UserID = "alice",
        owner: UserID = "bob", device: DeviceID = "b-plus"
    ) throws -> Int? {
        let counter = try counter(text)
        return try scenario.world.facts(requester, owner, device).get()
            .counts(of: [counter], excluding: request, at: scenario.now)[counter]
    }

    private static func sharing(_ request: ShareRequestID, by user: UserID) throws -> Scenario {
        try Scenario.given(.cast).when(.submit(request, by: user, device: "b-plus", of: "bob")).then(request, is: .active)
    }

    @Test("Sharings of an owner are those of all its devices: now while they stand, within a span also when they have ended")
    func sharingsOfOwner() throws {
        let begun = try Self.sharing(.first, by: "carol").later(.days(29))
        #expect(try Self.count("sharings.owner", begun) == 1)
        #expect(try Self.count("sharings.owner.30d", begun) == 1)
        #expect(try Self.count("sharings.owner.29d", begun) == 0, "it began exactly 29 days ago")
        let ended = try begun.when(.end(.first, reason: .stoppedByRequester))
        #expect(try Self.count("sharings.owner", ended) == 0)
        #expect(try Self.count("sharings.owner.30d", ended) == 1)
        #expect(try Self.count("sharings.owner.30d", ended.later(.days(1))) == 0)
        // Also of a device that is gone.
        let lost = try begun.and(.device("b-two", of: "bob", "dsc-plus")).when(.reportLost("b-plus"))
        #expect(try Self.count("sharings.owner.30d", lost, device: "b-two") == 1)
    }

    @Test("Sharings of a requester are those by which it logs in")
    func sharingsOfRequester() throws {
        let begun = try Self.sharing(.first, by: "alice").later(.days(3))
        #expect(try Self.count("sharings.requester", begun) == 1)
        #expect(try Self.count("sharings.requester.30d", begun) == 1)
        #expect(try Self.count("sharings.owner.30d", begun, requester: "dave", owner: "alice", device: "a-sls") == 0)
        let ended = try begun.when(.end(.first, reason: .stoppedByRequester))
        #expect(try Self.count("sharings.requester", ended) == 0)
        #expect(try Self.count("sharings.requester.30d", ended) == 1)
    }

    @Test("Those of an entity are those of all its users, as they belong to it now")
    func entities() throws {
        let begun = try Self.sharing(.first, by: "carol")
        #expect(try Self.count("sharings.owner-entity.30d", begun) == 1)
        #expect(try Self.count("sharings.requester-entity.30d", begun) == 1)
        #expect(try Self.count("sharings.owner-entity.30d", begun, owner: "dave", device: "d-plus") == 0)
        let moved = try begun.when(.recordUser("bob", entity: "jones"))
        #expect(try Self.count("sharings.owner-entity.30d", moved, owner: "dave", device: "d-plus") == 1)
    }

    @Test("Rejections are counted as they happen, by the policy at once or by an officer, and so are requests")
    func rejections() throws {
        let rejected = try Scenario.given(.cast)
            .when(.submit(.first, by: "alice", device: "b-plus", of: "bob", consent: .none)).then(.first, is: .rejected)
        #expect(try Self.count("rejections.requester.1d", rejected) == 1)
        #expect(try Self.count("requests.requester.1d", rejected) == 1)
        let pending = try rejected.and(.device("b-new", of: "bob", "dsc-plus", active: .daysAgo(1))).later(.hours(1))
            .when(.submit(.second, by: "alice", device: "b-new", of: "bob")).then(.second, is: .compliancePending)
        #expect(try Self.count("requests.requester.1d", pending) == 2)
        #expect(try Self.count("requests.requester.1d", pending, of: .second) == 1, "not the one that is decided")
        #expect(try Self.count("rejections.requester.1d", pending) == 1)
        let twice = try pending.later(.hours(2)).when(.reject(.second, by: .olivia, reason: "other"))
            .then(.second, is: .rejected)
        #expect(try Self.count("rejections.requester.1d", twice) == 2)
        #expect(try Self.count("rejections.requester-entity.1d", twice, requester: "carol") == 2)
        #expect(try Self.count("rejections.requester.1d", twice.later(.hours(22))) == 1)
        let withdrawn = try pending.when(.withdraw(.second))
        #expect(try Self.count("rejections.requester.1d", withdrawn) == 1)
    }

    @Test(
        "Days are whole days since the last change, by the broker's dates where there are such; since the registration without one"
    )
    func days() throws {
        let start = Scenario.given(.cast)
        #expect(try Self.count("days-since-device-change.owner", start) == 1_000, "the activation, whenever it was recorded")
        #expect(try Self.count("days-since-device-change.requester", start, requester: "carol") == 1_000, "the registration")
        #expect(try Self.count("days-since-identity-change.owner", start) == 1_000)
        let first = try start.when(.recordIdentity("bob", .of("AB.D."))).later(.days(2))
        #expect(try Self.count("days-since-identity-change.owner", first) == 1_002, "the first data are no change")
        let changed = try first.when(.recordIdentity("bob", .of("ABXD."))).later(.hours(25))
        #expect(try Self.count("days-since-identity-change.owner", changed) == 1)
        let again = try changed.when(.eraseIdentity("bob")).later(.days(3)).when(.recordIdentity("bob", .of("AB.D.")))
        #expect(try Self.count("days-since-identity-change.owner", again) == 0, "what comes after an erasure is a change")
        let issued = try start.when(.recordDevice("b-two", holder: "bob", kind: "dsc-plus", activated: .daysAgo(5)))
        #expect(try Self.count("days-since-device-change.owner", issued) == 5)
        let lost = try issued.when(.reportLost("b-two")).later(.hours(23))
        #expect(try Self.count("days-since-device-change.owner", lost) == 0)
        #expect(try Self.count("days-since-device-change.owner", lost.later(.hours(-48))) == 0, "a clock that runs back")
    }

    @Test("What is not known of an entity is as much as there can be, so that a limit fails")
    func unknown() throws {
        let world = Scenario.given(.cast).world
        let bob = Participant(
            user: try #require(world.users["bob"]), devices: [try #require(world.devices["b-plus"])], fingerprints: nil)
        let alice = Participant(user: try #require(world.users["alice"]), devices: [], fingerprints: nil)
        let counter = try Self.counter("sharings.owner-entity.30d")
        for members in [EntityMembers.tooMany, .notCounted] {
            let facts = try SharingFacts(
                requesterID: "alice", requester: alice, ownerID: "bob", owner: bob, deviceID: "b-plus",
                device: world.devices["b-plus"], ownerEntity: members)
            #expect(facts.counts(of: [counter], excluding: nil, at: .noon)[counter] == HistoryCounter.maximum)
        }
    }

    @Test("Of one device and one user the latest hundred count, whatever their times are")
    func bounds() {
        var moments = RecentMoments()
        for number in 0..<150 { moments.add(ShareRequestID(), at: Timestamp.noon.advanced(by: .seconds(number))) }
        #expect(moments.count(after: .longAgo, excluding: nil) == RecentMoments.maximumCount)
        // A time that was wrong, and set right later, takes nothing away.
        moments.add(.first, at: Timestamp.noon.advanced(by: .days(800)))
        #expect(moments.count(after: .longAgo, excluding: .first) == RecentMoments.maximumCount - 1)
    }

    @Test("One request counts once, whatever comes of it")
    func once() throws {
        let pending = try Scenario.given(.cast).and(.device("b-new", of: "bob", "dsc-plus", active: .daysAgo(1)))
            .when(.submit(.first, by: "alice", device: "b-new", of: "bob")).then(.first, is: .compliancePending)
            .later(.hours(1)).when(.approve(.first, by: .olivia)).then(.first, is: .active)
        #expect(try Self.count("requests.requester.1d", pending) == 1)
        #expect(try Self.count("requests.requester.1d", pending.later(.hours(24))) == 0, "it counts as of its submission")
        #expect(try Self.count("sharings.requester.1d", pending.later(.hours(24).seconds(-1))) == 1)
    }
}

extension Duration {
    fileprivate func seconds(_ more: Int) -> Duration { self + .seconds(more) }
}
