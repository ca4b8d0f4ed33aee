import Hummingbird
import NIOCore

/// The room for bodies, shared fairly among those who send them: how many are received at the same time, and how many bytes of
/// bodies are in memory. A body that does not come holds none of the slots in which requests are worked on.
package struct Receptions: Sendable {
    private let bodies: ConcurrencyLimiter
    private let bytes: ConcurrencyLimiter

    init(limits: ServerLimits) {
        bodies = ConcurrencyLimiter(limit: limits.bodiesInReception)
        bytes = ConcurrencyLimiter(limit: limits.bodyBytes)
    }

    /// Receives a body. Bytes count as they arrive and are inflated, so that a length which is only announced costs nothing.
    ///
    /// - Parameter limit: bytes of the body, inflated where it is compressed.
    ///
    /// Throws `body-too-large`, `body-malformed` for bad gzip, `ClientGone`, and `ConcurrencyLimiter.Refusal` where the caller has
    /// its share or nothing is free.
    func receive(
        _ body: RequestBody, coded coding: ContentCoding = .identity, upTo limit: Int, from caller: String
    ) async throws -> ReceivedBody {
        let reception = try bodies.take(for: caller)
        defer { reception.giveBack() }
        let tables = try bytes.take(coding.tables, for: caller)
        defer { tables.giveBack() }
        let room = try bytes.take(0, for: caller)
        do {
            var inflation = try BodyInflation(coding, limit: limit)
            for try await chunk in body { try inflation.take(chunk) { try room.grow(by: $0) } }
            try inflation.finish()
            return ReceivedBody(buffer: inflation.buffer, room: room)
        } catch {
            room.giveBack()
            // The connection broke: no failure of ours, and nobody hears of it.
            if error is IOError { throw ClientGone() }
            throw error
        }
    }
}

/// A body in memory.
package struct ReceivedBody: Sendable {
    package let buffer: ByteBuffer
    fileprivate let room: ConcurrencyLimiter.Share?

    package static let empty = ReceivedBody(buffer: ByteBuffer(), room: nil)

    /// Says that the body is no longer in memory.
    package func giveBack() { room?.giveBack() }
}
