import Canonical
import DeviceSharing
import NIOCore
import SharingEngine
import SharingWebhooks
import StandardWebhooks
import TestSupport
import Testing

@testable import WebhookDelivery

@Suite(.fewAtOnce) struct SenderTests {
    /// Sends a test message to a URL, by way of an installation, and returns what became of it.
    private func send(
        to url: String, allowsPrivate: Bool = true, by sender: HTTPWebhookSender? = nil,
        timeout: Duration = .seconds(120)
    ) async throws -> SendingOutcome {
        try await Installed.run { installed in
            var limits = WebhookLimits()
            limits.attemptTimeout = timeout
            let destination = try WebhookDestination(url, allowsPrivate: allowsPrivate)
            let webhooks = WebhookSubscriptions(
                installed.engine.log, limits: limits, allowsPrivateReceivers: allowsPrivate)
            let id = try await webhooks.add(destination, as: Installed.operatorActor).id
            return try await HTTPWebhookSender.withSender(sender ?? HTTPWebhookSender(logger: Installed.logger)) {
                sender in
                try await webhooks.test(id, by: sender, as: Installed.operatorActor)
            }
        }
    }

    /// A resolver whose answers change from one question to the next, as an attacker's name server's would.
    private actor Rebinding: NameResolver {
        private var answers: [String]
        private(set) var questions = 0
        init(_ answers: [String]) { self.answers = answers }

        func addresses(of destination: WebhookDestination, by deadline: NIODeadline) async throws -> [String] {
            questions += 1
            let answer = answers.count > 1 ? answers.removeFirst() : answers[0]
            let address = try SocketAddress(ipAddress: answer, port: 0)
            _ = try destination.permitted([address].compactMap { NetworkAddress($0) })
            return [answer]
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        try await Receiver.listening { target in
            try await Receiver.listening { _ in
                .status(302, headers: [("location", target.url)])
            } _: { receiver in
                let outcome = try await send(to: receiver.url)
                #expect(outcome.status == 302)
                #expect(outcome.problem?.code == .refused)
                #expect(target.messages.isEmpty)
            }
        }
    }

    @Test func aConnectionGoesToTheAddressThatWasCheckedUnderTheNameOfTheURL() async throws {
        try await Receiver.listening { receiver in
            // A name that no name server knows: only the resolver can have said where it is.
            let resolver = Rebinding(["127.0.0.1"])
            let outcome = try await send(
                to: "http://hooks.invalid:\(receiver.port)/x",
                by: HTTPWebhookSender(logger: Installed.logger, resolver: resolver))
            #expect(outcome.problem == nil)
            #expect(await resolver.questions == 1)
            #expect(receiver.messages.first?.headers.first(name: "host") == "hooks.invalid:\(receiver.port)")
        }
    }

    @Test func aNameThatTurnsPrivateIsRefusedBeforeAnythingIsSent() async throws {
        try await Receiver.listening { receiver in
            let resolver = Rebinding(["127.0.0.1"])
            let outcome = try await send(
                to: "https://hooks.invalid:\(receiver.port)/x", allowsPrivate: false,
                by: HTTPWebhookSender(logger: Installed.logger, resolver: resolver))
            #expect(outcome.problem?.code == .addressRefused)
            #expect(receiver.connections == 0)
        }
    }

    @Test(arguments: [
        "localhost", "127.0.0.1", "[::1]", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0",
        "LOCALHOST", "localhost.", "127.0.0.1.", "127.0.1", "127.255.255.254", "0", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
        "0x7F.1", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
    ])
    func whateverWayThisMachineIsWrittenItIsRefused(host: String) async throws {
        try await Receiver.listening { receiver in
            let outcome = try await send(to: "https://\(host):\(receiver.port)/x", allowsPrivate: false)
            // In some notations the system finds no address at all.
            #expect([.addressRefused, .nameNotResolved].contains(outcome.problem?.code))
            #expect(receiver.connections == 0)
        }
    }

    @Test func whatGoesWrongHasItsCode() async throws {
        try await Receiver.listening { _ in
            .silence
        } _: { silent in
            let outcome = try await send(to: silent.url, timeout: .seconds(2))
            #expect(outcome.problem?.code == .timedOut)
        }
        try await Receiver.listening { _ in
            .hangUp
        } _: { rude in
            let outcome = try await send(to: rude.url)
            #expect(outcome.problem?.code == .connectionFailed)
        }
        try await Receiver.listening { plain in
            let outcome = try await send(to: "https://127.0.0.1:\(plain.port)/x")
            #expect(outcome.problem?.code == .tlsFailed)
        }
        let closed = try await Receiver.listening { $0.url }
        #expect(try await send(to: closed).problem?.code == .connectionFailed)
        #expect(try await send(to: "http://no-such-host.invalid/x").problem?.code == .nameNotResolved)
    }

    @Test func anAnswerOfAnySizeIsNotReadToItsEnd() async throws {
        try await Receiver.listening { _ in
            .status(200, body: String(repeating: "x", count: 50_000_000))
        } _: { receiver in
            let outcome = try await send(to: receiver.url)
            #expect(outcome.status == 200)
            #expect(outcome.problem == nil)
        }
    }

    @Test func connectionsAreUsedAgain() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                try await installed.subscribe(receiver.url)
                var limits = Installed.limits
                limits.concurrentMessages = 1
                try await installed.userEvents("u", 20)
                try await installed.delivering(limits: limits) {
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                #expect(receiver.messages.count == 20)
                #expect(receiver.connections == 1)
            }
        }
    }
}
