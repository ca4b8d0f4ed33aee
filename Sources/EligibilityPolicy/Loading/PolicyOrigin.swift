/// Where the text of a policy comes from, and so how strictly it is read.
///
/// Checks become stricter over the years. A text that is in the log was in force, and decisions name it: it is read as it was
/// then, so that they can be explained, verified and made again. What would only be refused in a new text is let pass in it.
enum PolicyOrigin: Hashable, Sendable {
    /// A file that may come into force: everything that is wrong with it is reported.
    case proposed
    /// A text that a log holds.
    case recorded
}
