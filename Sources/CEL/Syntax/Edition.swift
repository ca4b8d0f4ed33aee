/// The edition of the language that a text is read by.
///
/// Texts are written for good: a policy that was put in force before an edition must still be read as it was meant then.
package enum Edition: Hashable, Sendable {
    /// As the specification has it.
    case current
    /// As this reader had it first: a quote after a backslash did not end a raw string, and two escaped halves of a surrogate
    /// pair were one character.
    case first
}
