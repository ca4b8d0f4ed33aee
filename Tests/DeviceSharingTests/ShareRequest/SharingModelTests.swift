import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@testable import DeviceSharing

@Suite("Whatever is asked in whatever order")
struct SharingModelTests {
    private static let users: [UserID] = ["ann", "ben", "cat", "dan", "eve"]
    private static let devices: [DeviceID] = (0..<9).map { DeviceID(trusted: "d\($0)") }
    private static let officers = [
        Actor.olivia, .oscar, Actor(id: "ann", role: .compliance), Actor(id: "o", role: .compliance, entity: "e1"),
    ]
    private static let kinds: [DeviceKindID] = ["dsc-plus", "dsc-plus", "dsc", "sls-card", "ib-key", "temporary-code"]

    @Test("the invariants hold, and every accepted decision is made again the same")
    func randomCommands() throws {
        var random = SeededGenerator()
        var seen: [ShareRequest.State: Int] = [:]
        for _ in 0..<60 {
            var world = World()
            var now = Timestamp.noon
            var count: UInt8 = 0
            for _ in 0..<160 {
                now = now.advanced(by: .minutes(random.below(random.once(in: 10) ? 20_000 : 60)))
                let intent = Self.intent(&random, world, &count, now)
                let before = world
                let events: [NewEvent]
                do {
                    events = try world.handle(intent, at: now)
                } catch {
                    #expect(error is SharingError, "\(error), seed \(random.seed)")
                    #expect(
                        world.requests == before.requests && world.users == before.users
                            && world.devices == before.devices)
                    continue
                }
                #expect(try before.decide(intent, at: now) == events, "\(intent), seed \(random.seed)")
                var replayed = before
                for event in events {
                    let read = try decode(event.event.type, event.event.data(), .state)
                    replayed.fold([NewEvent(event.stream, read)], at: now)
                }
                for (id, request) in world.requests where request.state != before.requests[id]?.state {
                    seen[request.state, default: 0] += 1
                }
                Self.checkSameStates(replayed, world, random.seed)
                Self.check(before, world, random.seed)
            }
        }
        // What never happened was not tested.
        for state in [ShareRequest.State.compliancePending, .active, .rejected, .withdrawn, .expired, .ended] {
            #expect(seen[state, default: 0] > 0, "no request came to be \(state), seed \(random.seed)")
        }
    }

    private static func intent(
        _ random: inout SeededGenerator, _ world: World, _ count: inout UInt8, _ now: Timestamp
    ) -> Intent {
        // Mostly one that something can still happen to.
        let live = world.requests.values.filter { $0.state == .compliancePending || $0.state == .active }.map(\.id)
            .sorted()
        let any = ShareRequestID.number(UInt8(random.below(Int(count) + 1)))
        let request = live.isEmpty || random.once(in: 3) ? any : random.pick(live)
        let (user, device, officer) = (random.pick(users), random.pick(devices), random.pick(officers))
        switch random.below(34) {
        case 0..<4:
            return .recordUser(
                user, entity: random.pick(["e1", "e1", "e2"]), kind: random.once(in: 5) ? .organization : .individual)
        case 4..<9:
            let kind = random.pick(kinds)
            let since = random.once(in: 3) ? now : .longAgo
            return .recordDevice(
                device, holder: world.devices[device]?.holder ?? user, kind: world.devices[device]?.kind ?? kind,
                activated: random.once(in: 6) ? nil : since,
                expires: world.devices[device].map(\.expiresAt)
                    ?? (kind == "temporary-code" ? now.advanced(by: .hours(8)) : nil))
        case 9..<18:
            count += 1
            let owner = world.devices[device]?.holder ?? user
            return .submit(
                .number(count), by: user, device: device, of: random.once(in: 10) ? user : owner,
                consent: random.once(in: 8) ? .none : .fresh)
        case 18..<21: return .approve(request, by: officer)
        case 21: return .reject(request, by: officer, reason: random.pick(["other", "mood", nil]))
        case 22: return .withdraw(request)
        case 23: return .expire(request)
        case 24: return .escalate(request)
        case 25: return .claim(request, by: officer)
        case 26: return .release(request, by: officer)
        case 27..<29: return .end(request, reason: random.pick(EndReason.allCases))
        case 29:
            return .recordIdentity(
                user, .of(random.pick(["ABCD.", "ABCX.", "AB..."]), under: random.pick(["k1", "k1", "k2"])))
        case 30: return .eraseIdentity(user)
        case 31: return random.once(in: 10) ? .close(user) : .note(request, by: officer, text: "n")
        case 32: return random.once(in: 3) ? .deactivate(device, reason: "returned") : .withdraw(request)
        default: return random.once(in: 3) ? .reportLost(device) : .expire(request)
        }
    }

    private static func checkSameStates(_ left: World, _ right: World, _ seed: UInt64) {
        #expect(left.users == right.users, "seed \(seed)")
        #expect(left.devices == right.devices, "seed \(seed)")
        #expect(left.requests.mapValues(\.state) == right.requests.mapValues(\.state), "seed \(seed)")
        #expect(left.requests.mapValues(\.reasons) == right.requests.mapValues(\.reasons), "seed \(seed)")
        #expect(left.requests.mapValues(\.pending) == right.requests.mapValues(\.pending), "seed \(seed)")
    }

    private static func check(_ before: World, _ world: World, _ seed: UInt64) {
        let final: Set<ShareRequest.State> = [.rejected, .withdrawn, .expired, .ended]
        for (id, old) in before.requests where final.contains(old.state) {
            #expect(world.requests[id] == old, "\(id) left \(old.state), seed \(seed)")
        }
        let active = world.requests.values.filter { $0.state == .active }
        for (id, user) in world.users {
            let pending = world.requests.values.filter { $0.requester == id && $0.state == .compliancePending }
            let standing = active.filter { $0.requester == id }
            #expect(pending.count + standing.count <= 1, "\(id), seed \(seed)")
            #expect(user.openRequest == pending.first?.id, "\(id), seed \(seed)")
            #expect(
                user.loginSharing?.request == standing.first?.id && user.loginSharing?.device == standing.first?.device,
                "\(id), seed \(seed)")
            if user.status == .closed { #expect(pending.isEmpty && standing.isEmpty, "\(id), seed \(seed)") }
        }
        for (id, device) in world.devices {
            let uses = active.filter { $0.device == id }
            #expect(Set(device.sharings.map(\.request)) == Set(uses.map(\.id)), "\(id), seed \(seed)")
            #expect(device.sharings.count == uses.count, "\(id), seed \(seed)")
            if !uses.isEmpty { #expect(device.activatedAt != nil, "\(id), seed \(seed)") }
            // No chain: who lends a device does not log in with another's.
            if !uses.isEmpty { #expect(world.users[device.holder]?.loginSharing == nil, "\(id), seed \(seed)") }
        }
        #expect(!world.requests.values.contains { $0.state == .submitted || $0.state == .approved }, "seed \(seed)")
    }

    @Test("states follow any events in any order without a trap")
    func evolveIsTotal() {
        var random = SeededGenerator()
        for _ in 0..<300 {
            var (user, device, request): (User?, Device?, ShareRequest?) = (nil, nil, nil)
            var (policy, archive): (PolicyActivation?, Archive?) = (nil, nil)
            var webhook: WebhookRegistration?
            for _ in 0..<40 {
                switch random.event(random.pick(EventType.allCases)) {
                case .user(let event): user = User.evolve(user, event, at: random.moment())
                case .device(let event): device = Device.evolve(device, event, at: random.moment())
                case .shareRequest(let event): request = ShareRequest.evolve(request, event, at: random.moment())
                case .policy(let event): policy = PolicyActivation.evolve(policy, event)
                case .archive(let event): archive = Archive.evolve(archive, event)
                case .webhook(let event): webhook = WebhookRegistration.evolve(webhook, event)
                case .clock: break
                }
            }
            #expect(policy == nil || policy?.name.isEmpty == false)
            // Only a founding event makes something of nothing.
            #expect(User.evolve(nil, .closed(user: "u"), at: .noon) == nil)
            #expect(Device.evolve(nil, .reportedLost(device: "d"), at: .noon) == nil)
            #expect(ShareRequest.evolve(nil, .expired, at: .noon) == nil)
            #expect(Archive.evolve(nil, .attached) == nil)
            _ = (user, device, request, archive, webhook)
        }
    }
}
