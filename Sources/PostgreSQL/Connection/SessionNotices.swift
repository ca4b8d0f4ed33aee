import CLibPQ

/// What a server says beside its answers. Most is meant for a person at a terminal and is passed over.
///
/// One warning counts: that a commit is on the server and perhaps not on its synchronous standby, since the wait for that was
/// cancelled or timed out. The server answers as if nothing were wrong. The warning is known by the server's function that gives it,
/// `SyncRepWaitForLSN` (field `R` of the protocol, PostgreSQL manual, section 53.8): its text is in the server's language, and it has
/// no SQLSTATE of its own.
///
/// Not Sendable: libpq calls it while it reads, on the queue of the connection, where it is asked too.
final class SessionNotices {
    private static let waitForStandby = "SyncRepWaitForLSN"
    private static let sourceFunction = Int32(UInt8(ascii: "R"))

    private var isReplicationUnconfirmed = false

    /// The connection must not outlive this.
    func listen(to connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, notice in
                guard let context, let field = PQresultErrorField(notice, SessionNotices.sourceFunction) else { return }
                let notices = Unmanaged<SessionNotices>.fromOpaque(context).takeUnretainedValue()
                if String(cString: field) == SessionNotices.waitForStandby { notices.isReplicationUnconfirmed = true }
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Whether the server has given up a wait for its synchronous standby since this was last asked.
    func takeUnconfirmedReplication() -> Bool {
        defer { isReplicationUnconfirmed = false }
        return isReplicationUnconfirmed
    }
}
