import CLibPQ
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A `PGconn`, its way to cancel, and their end.
///
/// Sendable because only the connection's actor uses `pointer` and `notices`, on its own queue, and because libpq allows `PQcancel` from
/// any thread at any time (manual, section 34.7).
final class SessionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let cancel: OpaquePointer?
    let notices = SessionNotices()
    private static let cancelQueue = DispatchQueue(label: "postgresql.cancel", attributes: .concurrent)

    /// Takes over an established connection.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        cancel = PQgetCancel(pointer)
        notices.listen(to: pointer)
    }

    deinit {
        if let cancel { PQfreeCancel(cancel) }
        PQfinish(pointer)
    }

    /// Ends the conversation with the server at once. The memory stays valid until the last reference is gone.
    func hangUp() {
        let descriptor = PQsocket(pointer)
        if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// Asks the server to cancel what the connection is doing, and returns when the server has taken note. `PQcancel`
    /// blocks, so it has a queue of its own.
    func cancelStatement() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Self.cancelQueue.async {
                if let cancel = self.cancel {
                    var message = [CChar](repeating: 0, count: 256)
                    // A request that cannot be delivered is repeated by whoever waits for the statement's end.
                    _ = PQcancel(cancel, &message, Int32(message.count))
                }
                continuation.resume()
            }
        }
    }
}
