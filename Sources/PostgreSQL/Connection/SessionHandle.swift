import CLibPQ
import Dispatch

/// A `PGconn`, its way to cancel, and their end.
///
/// Sendable because only the connection's actor uses `pointer`, on its own queue, and because libpq allows `PQcancel` from
/// any thread at any time (manual, section 34.7).
final class SessionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let cancel: OpaquePointer?
    private static let cancelQueue = DispatchQueue(label: "postgresql.cancel", attributes: .concurrent)

    /// Takes over an established connection.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        cancel = PQgetCancel(pointer)
    }

    deinit {
        if let cancel { PQfreeCancel(cancel) }
        PQfinish(pointer)
    }

    /// Asks the server to cancel what the connection is doing. `PQcancel` blocks, so it has a queue of its own.
    func cancelStatement() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Self.cancelQueue.async {
                if let cancel = self.cancel {
                    var message = [CChar](repeating: 0, count: 256)
                    // A request that cannot be delivered leaves the statement running; its own timeout ends it.
                    _ = PQcancel(cancel, &message, Int32(message.count))
                }
                continuation.resume()
            }
        }
    }
}
