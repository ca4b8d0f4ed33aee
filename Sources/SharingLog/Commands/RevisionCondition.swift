/// What the caller of a command wants the record to be that the command is about, by its revision; 0 is the revision of a record
/// that is not there.
///
/// ```swift
/// context.revisions = .oneOf([seen])
/// ```
public struct RevisionCondition: Hashable, Sendable {
    /// The record must be at one of these revisions; nil for whatever it is. Empty: at none that it could be at.
    public var oneOf: Set<Int>?
    /// The record must be at none of these revisions.
    public var noneOf: Set<Int>

    public init(oneOf: Set<Int>? = nil, noneOf: Set<Int> = []) {
        self.oneOf = oneOf
        self.noneOf = noneOf
    }

    /// Whatever the record is.
    public static let any = RevisionCondition()

    public static func oneOf(_ revisions: Set<Int>) -> RevisionCondition { RevisionCondition(oneOf: revisions) }

    /// Whether the condition holds at a revision.
    public func holds(at revision: Int) -> Bool { (oneOf?.contains(revision) ?? true) && !noneOf.contains(revision) }
}
