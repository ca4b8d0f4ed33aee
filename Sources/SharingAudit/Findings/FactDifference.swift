/// Something that an event of the log says was so, and that was not so by the log before it.
public struct FactDifference: Hashable, Sendable, CustomStringConvertible {
    /// What it is about, such as `requester.entity`.
    public let fact: String
    /// As the event has it.
    public let recorded: String
    /// As the log gives it at that position.
    public let actual: String

    public var description: String { "\(fact): recorded is \(recorded), by the log it was \(actual)" }
}
