import ArgumentParser
import DeviceSharing
import SharingEngine
import SharingLog

/// Who acts, and how the command hangs together with others. Each verb has a role of its own unless another is named.
struct ContextOptions: ParsableArguments {
    @Option(help: "Who acts: the backend or program. (default: devshare)")
    var actor: String?

    @Option(help: "In which role: portal, compliance, auditor or operator. (default: the one that the verb is for)")
    var role: Role?

    @Option(help: "Idempotency key: the same command under the same key is carried out once and answered each time.")
    var key: String?

    @Option(help: "What ties this to other commands, such as a ticket's number; kept with every event.")
    var correlation: String?

    func context(as role: Role) -> CommandContext {
        CommandContext(
            actor: Actor(id: actor ?? "devshare", role: self.role ?? role), idempotencyKey: key, correlation: correlation)
    }
}

/// The operator who acts, where repeating a command does no harm without an idempotency key.
struct OperatorOptions: ParsableArguments {
    @Option(help: "Who acts: the operator or program. (default: devshare)")
    var actor: String?

    @Option(help: "What ties this to other commands, such as a ticket's number; kept with every event.")
    var correlation: String?

    var context: CommandContext {
        CommandContext(actor: Actor(id: actor ?? "devshare", role: .operator), correlation: correlation)
    }
}

/// The compliance officer who acts.
struct OfficerOptions: ParsableArguments {
    @Option(help: "The compliance officer who acts; with --server the token says who.")
    var officer: String?

    @Option(help: "The entity that the officer belongs to as a client: nobody decides on their own requests.")
    var officerEntity: EntityID?

    @Option(help: "Idempotency key: the same command under the same key is carried out once and answered each time.")
    var key: String?

    @Option(help: "What ties this to other commands, such as a ticket's number; kept with every event.")
    var correlation: String?

    func context() throws -> CommandContext {
        guard let officer else { throw ValidationError("Missing expected argument '--officer <officer>'") }
        return CommandContext(
            actor: Actor(id: officer, role: .compliance, entity: officerEntity), idempotencyKey: key, correlation: correlation)
    }
}

extension Role: ExpressibleByArgument {
    /// The engine's own role is not for callers.
    public init?(argument: String) {
        guard let role = Role(rawValue: argument), role != .engine else { return nil }
        self = role
    }

    public static var allValueStrings: [String] { allCases.filter { $0 != .engine }.map(\.rawValue) }
}
