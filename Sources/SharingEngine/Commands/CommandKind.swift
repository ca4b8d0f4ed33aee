import DeviceSharing

/// What is true of every command of a kind.
struct CommandKind: Sendable {
    /// Who may send a command.
    enum Senders: Sendable {
        case portal, officer, engine, `operator`
        /// Portals and operators, who tell of users and devices.
        case directory

        func include(_ role: Role) -> Bool {
            switch self {
            case .portal: role == .portal
            case .officer: role == .compliance
            case .engine: role == .engine
            case .operator: role == .operator
            case .directory: role == .portal || role == .operator
            }
        }
    }

    /// As the API, the command line and `not-permitted` have it.
    let name: String
    let senders: Senders
    /// Whether the policy decides; its digest is recorded with the events.
    let decidesByPolicy: Bool

    init(_ name: String, _ senders: Senders, decidesByPolicy: Bool = false) {
        self.name = name
        self.senders = senders
        self.decidesByPolicy = decidesByPolicy
    }
}
