import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import Synchronization
import TestSupport
import Testing

@testable import DeviceSharingClient
@testable import SharingServer

@Suite(.fewAtOnce) struct ClientTests {
    private func client(_ api: API, _ roles: DeviceSharing.Role..., subject: String = "client") async throws
        -> DeviceSharingClient
    {
        let token = try await api.key.token(subject: subject, roles: roles, ledger: "default")
        return DeviceSharingClient(.init(server: api.address("")) { token })
    }

    private let alice = UserID(trusted: "alice")
    private let bob = UserID(trusted: "bob")
    private let card = DeviceID(trusted: "card")

    @Test func aPortalKeepsItsDirectoryAndSubmitsRequests() async throws {
        try await API.run { api in
            let portal = try await client(api, .portal)
            let longAgo = try #require(Timestamp(API.longAgo))
            for user in [alice, bob] {
                try await portal.record(
                    RecordUser(
                        user: user, entity: EntityID(trusted: "e1"), entityKind: .individual, registeredAt: longAgo))
            }
            try await portal.record(RecordDevice(device: card, holder: bob, kind: "dsc-plus", activatedAt: longAgo))
            #expect(try await portal.candidates(for: alice).map(\.device) == [card])
            let consent = try OwnerConsent(method: "device-challenge", givenAt: .now, reference: "C-1")
            #expect(
                try await portal.assess(requester: alice, owner: bob, device: card, consent: consent).outcome
                    == .approve)
            let request = try await portal.submit(requester: alice, owner: bob, device: card, consent: consent)
            #expect(request.state == .active)
            #expect(try await portal.shareRequest(request.id).state == .active)
            #expect(try await portal.shareRequests(ListFilter(states: [.active])).map(\.id) == [request.id])
            #expect(try await portal.sharings().map(\.user) == [alice])
            _ = try await portal.endSharing(request.id, by: .requester)
            #expect(try await portal.sharings().isEmpty)
            try await portal.deactivate(card, reason: "worn out")
            let error = await #expect(throws: ClientError.self) {
                try await portal.submit(requester: alice, owner: bob, device: card, consent: consent)
            }
            #expect(error?.problem?.sharingCode == .deviceNotActive)
        }
    }

    @Test func officersDecide() async throws {
        try await API.run { api in
            let id = try #require(ShareRequestID(try await api.pendingRequest()))
            let officer = try await client(api, .compliance, subject: "o1")
            _ = try await officer.claim(id)
            _ = try await officer.note(id, text: "called back")
            _ = try await officer.release(id)
            #expect(try await officer.approve(id).state == .active)
        }
    }

    /// The answer is lost on its way; the client asks again, and the command has been carried out once.
    @Test func aRequestWhoseAnswerWasLostIsRepeatedUnderItsKey() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let token = try await api.token(.portal)
            let proxy = try LossyProxy(target: api.port, losing: 2)
            let portal = DeviceSharingClient(
                .init(server: "http://127.0.0.1:\(proxy.port)", retries: RetryPolicy(firstDelay: .milliseconds(1))) {
                    token
                })
            let consent = try OwnerConsent(method: "device-challenge", givenAt: .now, reference: "C-1")
            let request = try await portal.submit(requester: alice, owner: bob, device: card, consent: consent)
            #expect(request.state == .active)
            #expect(proxy.lost == 2)
            #expect(try await api.engine.requests(ShareRequestFilter()).map(\.request) == [request.id])
        }
    }

    @Test func aServerThatIsNotThereIsSaidToBeUnreachable() async throws {
        let nobody = DeviceSharingClient(
            .init(server: "http://127.0.0.1:9", retries: RetryPolicy(attempts: 2, firstDelay: .milliseconds(1))) {
                "token"
            })
        let error = await #expect(throws: ClientError.self) { try await nobody.candidates(for: alice) }
        #expect(error?.code == .unreachable)
    }

    @Test func whatIsBusyIsTriedAgain() async throws {
        var limits = ServerLimits()
        limits.requestsPerSecond = 2
        limits.burst = 1
        try await API.run(limits: limits) { api in
            let portal = try await client(api, .portal)
            for _ in 0..<3 { #expect(try await portal.shareRequests().isEmpty) }
        }
    }

    @Test(.timeLimit(.minutes(10))) func eventsGoOnAcrossARestartOfTheServer() async throws {
        let database = try await TestDatabase.migrated()
        let key = DevelopmentKey()
        let token = try await key.token(subject: "auditor", roles: [.auditor])
        let heard = Heard()
        // Keeps its port while the servers behind it come and go.
        let proxy = try LossyProxy(target: 0, losing: 0)
        let client = DeviceSharingClient(
            .init(
                server: "http://127.0.0.1:\(proxy.port)",
                retries: RetryPolicy(firstDelay: .milliseconds(5), longestDelay: .milliseconds(50))
            ) { token })
        let follower = Task {
            for try await event in client.events() { heard.add(event.position) }
        }
        defer { follower.cancel() }
        for round in 1...3 {
            try await API.run(database: database, key: key) { api in
                proxy.redirect(to: api.port)
                try await api.user("user-\(round)", entity: "e1")
                // The policy's activation comes first.
                try await eventually("the follower hears of it") { heard.positions.count > round }
            }
        }
        #expect(heard.positions == [1, 2, 3, 4])
    }

    private final class Heard: Sendable {
        private let list = Mutex<[Int64]>([])
        var positions: [Int64] { list.withLock { $0 } }
        func add(_ position: Int64) { list.withLock { $0.append(position) } }
    }

    @Test func streamsAreReadHoweverTheyAreCut() {
        let text = ": hello\n\nid: 1\nevent: a\ndata: {\"x\":1}\n\n:\r\n\r\nid: 2\r\ndata: one\r\ndata: two\r\n\r\n"
        for size in 1...text.utf8.count {
            var reader = ServerSentEventReader()
            var events: [ServerSentEvent] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                events += reader.read(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(
                events == [
                    ServerSentEvent(id: "1", event: "a", data: "{\"x\":1}"), ServerSentEvent(id: "2", data: "one\ntwo"),
                ])
        }
    }
}
