/// The name of a schema that is made for looking at something: lower-case letters, digits and underscores, and not one of ours.
public struct SchemaName: Hashable, Sendable {
    public let text: String

    /// Nil for a name that would need quotes, or that is taken.
    public init?(_ text: String) {
        guard text.wholeMatch(of: /[a-z_][a-z0-9_]{0,62}/) != nil, !text.hasPrefix("devshare"), !text.hasPrefix("pg_"),
            text != "information_schema"
        else { return nil }
        self.text = text
    }
}
