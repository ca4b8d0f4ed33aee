import Canonical
import DeviceSharing
import SharingLog

/// What became of a command, once it is in the log.
public struct Receipt: Sendable {
    /// What it was about.
    public let subject: StreamID
    /// Positions of its events; empty where it changed nothing.
    public let positions: Range<Position>
    public let recordedAt: Timestamp
    /// The request as the command left it, with the decision and every ruling; for commands about requests.
    public let request: ShareRequest?
    /// Of the record that it was about, as the command left it: see ``Versioned/revision``.
    public let revision: Int
    /// The command had been carried out before under the same idempotency key; this is its receipt.
    public let isRepetition: Bool

    init(
        subject: StreamID, positions: Range<Position>, recordedAt: Timestamp, request: ShareRequest?, revision: Int,
        isRepetition: Bool = false
    ) {
        self.subject = subject
        self.positions = positions
        self.recordedAt = recordedAt
        self.request = request
        self.revision = revision
        self.isRepetition = isRepetition
    }
}
