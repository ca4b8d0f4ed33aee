import Canonical
import DeviceSharing
import DeviceSharingClient
import Foundation
import Synchronization
import TestSupport
import Testing

/// Two servers on one database, each killed and started again while both are asked without a pause.
@Suite(.fewAtOnce) struct TwoServersTests {
    private static let callers = 6
    /// Commands between one blow and the next.
    private static let stretch = 24

    /// A server behind an address that stays the same when the server starts again.
    private final class Node: Sendable {
        private let local: Program
        private let data: URL
        private let proxy: LossyProxy
        private let running = Mutex<ServedProgram?>(nil)

        init(_ local: Program, data: URL) throws {
            self.local = local
            self.data = data
            proxy = try LossyProxy(target: 0, losing: 0)
        }

        var served: ServedProgram? { running.withLock { $0 } }

        func start() async throws {
            let served = try await ServedProgram.start(on: local, data: data, "--webhook-timeout", "2")
            running.withLock { $0 = served }
            proxy.redirect(to: served.port)
        }

        /// Without a word to anybody.
        func kill() async throws {
            guard let served else { return }
            served.program.signal(SIGKILL)
            #expect(try await served.program.end().status == -SIGKILL)
        }

        func client(_ token: String) -> DeviceSharingClient {
            DeviceSharingClient(
                .init(server: "http://127.0.0.1:\(proxy.port)", retries: RetryPolicy(attempts: 1), timeout: .seconds(120)) {
                    token
                })
        }

        /// Gives up on it for as long as it takes.
        func patientClient(_ token: String) -> DeviceSharingClient {
            let retries = RetryPolicy(attempts: 10_000, firstDelay: .milliseconds(10), maximumDelay: .milliseconds(200))
            return DeviceSharingClient(.init(server: "http://127.0.0.1:\(proxy.port)", retries: retries) { token })
        }
    }

    /// What was answered, and by which node.
    private final class Work: Sendable {
        private struct State {
            var answers = [0, 0]
            var submitted: [ShareRequestID] = []
            var isOver = false
        }

        private let state = Mutex(State())

        var answers: [Int] { state.withLock { $0.answers } }
        var submitted: [ShareRequestID] { state.withLock { $0.submitted } }
        var isOver: Bool { state.withLock { $0.isOver } }

        func answered(by node: Int) { state.withLock { $0.answers[node] += 1 } }
        func submitted(_ request: ShareRequestID) { state.withLock { $0.submitted.append(request) } }
        func end() { state.withLock { $0.isOver = true } }
    }

    /// Where an event of the feed stands, and what it is.
    private struct Place: Hashable, Sendable {
        let position: Int64
        let type: String
        let stream: String
    }

    @Test(.timeLimit(.minutes(10))) func nothingIsLostDoubledOrOutOfOrderWhileOneIsKilledAndRestarted() async throws {
        var (program, _) = try await Program.ready()
        program.environment["DEVSHARE_WEBHOOKS_ALLOW_PRIVATE"] = "true"
        let local = program
        let directory = try temporaryFile("directory.jsonl", Self.directory)
        #expect(try await local.run("directory", "import", directory).status == 0)
        let data = try temporaryFolder()
        let nodes = [try Node(local, data: data), try Node(local, data: data)]
        defer { for node in nodes { node.served?.program.signal(SIGKILL) } }
        for node in nodes { try await node.start() }
        let token = try await #require(nodes[0].served).token(.portal, .auditor)

        try await Receiver.listening { receiver in
            let added = try await local.run("webhook", "add", receiver.url, "--after", "0", "--role", "auditor")
            #expect(added.status == 0, "\(added.error)")
            let feeds = nodes.map { node in
                let seen = Feed()
                let following = Task {
                    for try await event in node.patientClient(token).events() {
                        seen.add(Place(position: event.position, type: event.type, stream: event.stream))
                    }
                }
                return (seen, following)
            }
            defer { for (_, following) in feeds { following.cancel() } }

            let work = Work()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<Self.callers {
                    group.addTask { try await Self.ask(nodes.map { $0.client(token) }, as: caller, work) }
                }
                group.addTask {
                    defer { work.end() }
                    for (killed, node) in nodes.enumerated() {
                        try await Self.moreAnswers(by: killed, work)
                        try await node.kill()
                        try await Self.moreAnswers(by: 1 - killed, work)
                        try await node.start()
                        try await Self.moreAnswers(by: killed, work)
                    }
                }
                try await group.waitForAll()
            }

            let log = try await local.json("events", "tail", "--after", "0").map {
                Place(
                    position: $0["position"]?.integerValue ?? 0, type: $0["type"]?.stringValue ?? "",
                    stream: $0["stream"]?.stringValue ?? "")
            }
            #expect(log.map(\.position) == Array(1...Int64(log.count)))
            // Each request that was answered for is there once, and so is its end; and there is no other.
            let submissions = log.filter { $0.type == "share-request-submitted" }.map(\.stream)
            #expect(submissions.count == work.submitted.count)
            #expect(Set(submissions) == Set(work.submitted.map { "share-request/\($0)" }))
            #expect(log.count { $0.type == "sharing-ended" } == work.submitted.count)

            for (seen, _) in feeds {
                try await eventually("the feed has come to the end") { seen.places.count >= log.count }
                #expect(seen.places == log)
            }
            try await eventually("every event has reached the receiver") {
                Set(receiver.messages.compactMap(\.position)).count >= log.count
            }
            let streams = receiver.messages.byStream
            #expect(Set(streams.values.joined()) == Set(log.map(\.position)))
            // What a killed server had under way comes again; nothing comes before what is ahead of it in its stream.
            for (stream, positions) in streams { #expect(positions == positions.sorted(), "\(stream)") }
        }
    }

    private static func moreAnswers(by node: Int, _ work: Work) async throws {
        let before = work.answers[node]
        try await eventually("node \(node) answers") { work.answers[node] >= before + stretch }
    }

    /// Submits requests and ends their sharings, one after the other. A command whose answer is lost is sent to the other node
    /// under its key, and one that was answered too: it must be answered the same.
    private static func ask(_ clients: [DeviceSharingClient], as caller: Int, _ work: Work) async throws {
        let (requester, owner) = (UserID(trusted: "requester-\(caller)"), UserID(trusted: "owner-\(caller)"))
        let device = DeviceID(trusted: "device-\(caller)")
        let consent = try OwnerConsent(method: "device-challenge", givenAt: .now, reference: "C-\(caller)")
        var number = 0
        while !work.isOver {
            let (submitKey, endKey) = ("submit-\(caller)-\(number)", "end-\(caller)-\(number)")
            let submit = { (client: DeviceSharingClient) in
                try await client.submit(requester: requester, owner: owner, device: device, consent: consent, key: submitKey)
            }
            let (request, node) = try await answer(clients, first: number % 2, work, submit)
            #expect(request.state == .active)
            work.submitted(request.id)
            if let again = try await answerUnlessDown({ try await submit(clients[1 - node]) }) {
                #expect(again.id == request.id)
                #expect(again.state == .active)
            }
            _ = try await answer(clients, first: (number + caller) % 2, work) { client in
                try await client.endSharing(request.id, by: .requester, key: endKey)
            }
            number += 1
        }
    }

    /// Of the first node that answers.
    private static func answer<Value: Sendable>(
        _ clients: [DeviceSharingClient], first: Int, _ work: Work, _ body: (DeviceSharingClient) async throws -> Value
    ) async throws -> (Value, node: Int) {
        var node = first
        while true {
            if let value = try await answerUnlessDown({ try await body(clients[node]) }) {
                work.answered(by: node)
                return (value, node)
            }
            node = 1 - node
        }
    }

    private static func answerUnlessDown<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        do {
            return try await body()
        } catch let error as ClientError where error.code == .unreachable {
            return nil
        }
    }

    private final class Feed: Sendable {
        private let list = Mutex<[Place]>([])
        var places: [Place] { list.withLock { $0 } }
        func add(_ place: Place) { list.withLock { $0.append(place) } }
    }

    private static var directory: String {
        (0..<callers).flatMap { caller in
            ["requester", "owner"].map {
                #"{"type":"user","id":"\#($0)-\#(caller)","entity":"E-\#(caller)","entityKind":"individual","registeredAt":"2021-06-15T09:00:00Z"}"#
            } + [
                #"{"type":"device","id":"device-\#(caller)","holder":"owner-\#(caller)","kind":"dsc-plus","activatedAt":"2025-01-10T09:00:00Z"}"#
            ]
        }.joined(separator: "\n")
    }
}
