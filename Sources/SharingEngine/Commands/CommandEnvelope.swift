import Canonical
import DeviceSharing
import SharingLog

/// A command with who sends it.
struct CommandEnvelope: Sendable {
    let command: Command
    let context: CommandContext
    /// The streams that it will certainly read.
    let streams: [StreamID]
    /// Who decides may be a client too: an officer must not be a user of the sharing that they decide on.
    let deciderStream: StreamID?
    /// What it must have for itself among the batches in flight.
    let subjects: Set<CommandSubject>

    /// Throws `not-permitted` and `invalid-input`.
    init(_ command: Command, _ context: CommandContext) throws(SharingError) {
        guard command.kind.senders.include(context.actor.role) else {
            throw .notPermitted(role: context.actor.role, attempted: command.name)
        }
        try context.validate()
        self.command = command
        self.context = context
        streams = command.streams
        deciderStream = command.kind.senders == .officer ? UserID(context.actor.id).map { .user($0) } : nil
        var subjects = Set(streams.map(CommandSubject.stream))
        if let key = context.idempotencyKey { subjects.insert(.key(key)) }
        self.subjects = subjects
    }
}

/// What two commands can have in common.
enum CommandSubject: Hashable, Sendable {
    case stream(StreamID)
    case key(String)

    var isKey: Bool {
        if case .key = self { true } else { false }
    }
}
