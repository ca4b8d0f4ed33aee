import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import Synchronization
import TestSupport
import Testing

@testable import DeviceSharingClient
@testable import HTTPEdge

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
            // All that can be asked of the server at once.
            let ended = SharingFilter(state: .ended, participant: alice, device: card, limit: 1_000)
            #expect(try await portal.sharings(ended).map(\.id) == [request.id])
            let later = SharingFilter(state: .ended, participant: bob, device: card, after: request.id, limit: 1)
            #expect(try await portal.sharings(later).isEmpty)
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

    @Test func anOfficersReasonIsInTheAnswerAndInLists() async throws {
        try await API.run { api in
            let id = try #require(ShareRequestID(try await api.pendingRequest()))
            let officer = try await client(api, .compliance, subject: "o1")
            #expect(try await officer.reject(id, reason: "suspected-fraud").rejectionReason == "suspected-fraud")
            let listed = try await officer.shareRequests(ListFilter(reason: "suspected-fraud"))
            #expect(listed.map(\.id) == [id])
            #expect(listed.first?.rejectionReason == "suspected-fraud")
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

    /// The server has recorded it, and nobody heard so.
    @Test func anImportWhoseAnswerWasLostIsSentAgain() async throws {
        try await API.run { api in
            let token = try await api.token(.portal)
            func statuses(of user: String, key: String?) async throws -> [String?] {
                let proxy = try LossyProxy(target: api.port, losing: 1)
                let portal = DeviceSharingClient(
                    .init(server: "http://127.0.0.1:\(proxy.port)", retries: RetryPolicy(firstDelay: .milliseconds(1))) {
                        token
                    })
                let results = try await portal.importDirectory(Self.line(user), key: key)
                #expect(proxy.lost == 1)
                return results.map { $0["status"]?.stringValue }
            }
            #expect(try await statuses(of: "alice", key: nil) == ["unchanged"])
            #expect(try await statuses(of: "bob", key: "k-1") == ["recorded"])
            let registered = try await api.send(.GET, "/v1/events?type=user-registered", as: .auditor)
            #expect(registered.json["items"]?.arrayValue?.count == 2)
        }
    }

    @Test func anImportHasATimeOfItsOwnThatIsLongerThanTheServers() async throws {
        #expect(DeviceSharingClient.importTime > ServerLimits().importTime)
        try await API.run { api in
            let token = try await api.token(.portal)
            // In no time at all nothing else is answered.
            let hasty = DeviceSharingClient(
                .init(server: api.address(""), retries: RetryPolicy(attempts: 1), timeout: .zero) { token })
            let results = try await hasty.importDirectory(Self.line("alice"))
            #expect(results.map { $0["status"]?.stringValue } == ["recorded"])
        }
    }

    private static func line(_ user: String) -> String {
        #"{"type":"user","id":"\#(user)","entity":"e1","entityKind":"individual","registeredAt":"\#(API.longAgo)"}"#
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
                retries: RetryPolicy(firstDelay: .milliseconds(5), maximumDelay: .milliseconds(50))
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

    @Test(.timeLimit(.minutes(10))) func eventsGoOnWhereTheServerEndsItsStreams() async throws {
        var limits = ServerLimits()
        limits.maximumStreamLength = .milliseconds(200)
        try await API.run(limits: limits) { api in
            let token = try await api.key.token(subject: "auditor", roles: [.auditor])
            let (heard, asked) = (Heard(), Heard())
            let client = DeviceSharingClient(
                .init(server: api.address(""), retries: RetryPolicy(firstDelay: .milliseconds(5))) {
                    asked.add(0)
                    return token
                })
            let follower = Task {
                for try await event in client.events() { heard.add(event.position) }
            }
            defer { follower.cancel() }
            for round in 1...3 {
                let before = asked.positions.count
                try await eventually("the stream has ended and begun anew") { asked.positions.count > before }
                try await api.user("user-\(round)", entity: "e1")
                try await eventually("the follower hears of it") { heard.positions.count > round }
            }
            #expect(heard.positions == [1, 2, 3, 4])
        }
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
