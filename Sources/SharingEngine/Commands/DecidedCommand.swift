import Canonical
import DeviceSharing
import EventLog

/// What a command has come to, before it is recorded.
struct DecidedCommand: Sendable {
    let subject: StreamID
    /// Every stream that the decision rests on.
    let reads: Set<StreamID>
    /// The users of the entities that it has counted.
    let countedUsers: [EntityID: EntityUsers]
    let append: AppendCommand
    let rows: CommandRows
    /// The request as the command leaves it, for commands about requests.
    let request: ShareRequest?
    /// Of the record that the command is about, as the command leaves it.
    let revision: Int
    /// Whether the request was submitted by it.
    let isSubmission: Bool
    /// What the policy said, for commands that it decides.
    let decision: DecisionRecord?
}
