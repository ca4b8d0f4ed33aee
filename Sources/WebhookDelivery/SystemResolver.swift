import Foundation
import NIOCore
import SharingWebhooks

/// Asks the system, as every program on this machine does: hosts file, then DNS.
///
/// The system's question blocks and knows no deadline. Each is asked by a thread of its own, so that a name whose servers do
/// not answer keeps nobody else waiting; whoever asks for a name that is being looked up waits for that answer, so there are
/// never more threads than names.
actor SystemResolver: NameResolver {
    private typealias Answer = Result<[SocketAddress], SendingProblem>

    private var waiting: [String: [AsyncStream<Answer>.Continuation]] = [:]

    nonisolated func addresses(of destination: WebhookDestination, by deadline: NIODeadline) async throws -> [String] {
        let sockets = try await lookUp(destination.host, by: deadline)
        let addresses = sockets.compactMap { socket in
            NetworkAddress(socket).flatMap { address in socket.ipAddress.map { (address, $0) } }
        }
        _ = try destination.permitted(addresses.map(\.0))
        return addresses.map(\.1)
    }

    private nonisolated func lookUp(_ host: String, by deadline: NIODeadline) async throws -> [SocketAddress] {
        if let address = try? SocketAddress(ipAddress: host, port: 0) { return [address] }
        return try await withThrowingTaskGroup(of: [SocketAddress].self) { group in
            group.addTask {
                for await answer in await self.ask(host) { return try answer.get() }
                throw CancellationError()
            }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(max(0, (deadline - .now()).nanoseconds)))
                throw SendingProblem(.timedOut, "the name \(host) was not resolved in time")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func ask(_ host: String) -> AsyncStream<Answer> {
        let (answers, answer) = AsyncStream.makeStream(of: Answer.self)
        waiting[host, default: []].append(answer)
        if waiting[host]?.count == 1 {
            Thread.detachNewThread {
                let found = Result { () throws(SendingProblem) in try Lookup(host: host).run() }
                Task { await self.found(host, found) }
            }
        }
        return answers
    }

    private func found(_ host: String, _ answer: Answer) {
        for waiter in waiting.removeValue(forKey: host) ?? [] {
            waiter.yield(answer)
            waiter.finish()
        }
    }
}
