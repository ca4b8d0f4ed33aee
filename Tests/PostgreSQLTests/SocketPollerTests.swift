import Dispatch
import Foundation
import Synchronization
import Testing

@testable import PostgreSQL

/// Dispatch sources ended the process with an illegal instruction within a second of this.
@Suite("Sockets are watched rightly while others hang up, end and take over their numbers", .timeLimit(.minutes(2)))
struct SocketPollerTests {
    /// Two ends of a connection.
    private func pair() throws -> (near: Int32, far: Int32) {
        var descriptors: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors) == 0)
        return (descriptors[0], descriptors[1])
    }

    /// What happens to the far end, and whether the near one is let go of before anybody hears of that.
    private enum Ending: CaseIterable {
        case writes, hangsUp, writesAndHangsUp
    }

    @Test("Given a question, its handler is called once, whichever way the other side ends", arguments: 0..<4)
    func everyQuestionIsAnsweredOnce(worker: Int) async throws {
        let poller = try #require(SocketPoller.shared())
        for round in 0..<3_000 {
            let (near, far) = try pair()
            let ending = Ending.allCases[(round + worker) % Ending.allCases.count]
            let calls = Atomic(0)
            await withCheckedContinuation { continuation in
                let isWatched = poller.whenReady(near, for: .readable) {
                    calls.add(1, ordering: .relaxed)
                    continuation.resume()
                }
                #expect(isWatched)
                switch ending {
                case .writes: _ = write(far, "x", 1)
                case .hangsUp: close(far)
                case .writesAndHangsUp:
                    _ = write(far, "x", 1)
                    close(far)
                }
            }
            // An answer is not given twice, and a new question about the same socket is answered at once.
            await withCheckedContinuation { continuation in
                #expect(poller.whenReady(near, for: .readableOrWritable) { continuation.resume() })
            }
            let count = calls.load(ordering: .relaxed)
            #expect(count == 1)
            poller.forget(near)
            close(near)
            if ending == .writes { close(far) }
        }
    }

    @Test("Given a socket that is forgotten while the other side hangs up, the next one of its number hears nothing of that")
    func aForgottenSocketIsNotHeardOf() async throws {
        let poller = try #require(SocketPoller.shared())
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<2_000 {
                        guard let (near, far) = try? self.pair() else { continue }
                        #expect(poller.whenReady(near, for: .readable) {})
                        close(far)
                        poller.forget(near)
                        close(near)
                    }
                }
            }
        }
        let (near, far) = try pair()
        let wasCalled = Atomic(false)
        #expect(poller.whenReady(near, for: .readable) { wasCalled.store(true, ordering: .relaxed) })
        // Another socket, asked about later, is answered; this one has nothing to say.
        let (other, end) = try pair()
        close(end)
        await withCheckedContinuation { continuation in
            #expect(poller.whenReady(other, for: .readable) { continuation.resume() })
        }
        let isHeardOf = wasCalled.load(ordering: .relaxed)
        #expect(!isHeardOf)
        for descriptor in [near, other] {
            poller.forget(descriptor)
            close(descriptor)
        }
        close(far)
    }
}
