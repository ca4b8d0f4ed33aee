/// Where to go on in the ledger, as the server has it: keep its text beside what you have made of the events. It also says by which
/// event the ledger is known again: one that has lost its last events, as after a failover, refuses the cursor (`log-rewound`).
public struct EventCursor: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Before every event.
    public static let start = EventCursor("0")

    public init(_ text: String) { self.text = text }

    public var description: String { text }
}
