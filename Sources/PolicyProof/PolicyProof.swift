/// What a policy decides, over all facts, without trying them.
///
/// ```swift
/// let comparison = PolicyComparison(old: inForce, new: candidate)
/// comparison.verdict           // .looser
/// comparison.witnesses.first   // facts that were rejected and would now be approved
/// PolicyFinding.all(in: candidate, today: .now)   // a rule that can never fail, …
/// ```
///
/// ## How
/// ``Reader`` evaluates the rules of both policies on facts that are not known. Where it needs to know something, it asks: whether
/// a sum of numbers is at most another number, in which group a fact of few values is, whether a text fits a pattern. ``Search``
/// follows each answer on a ``Path`` of its own and evaluates again; so it splits only on what one of the policies asks for. A path
/// on which no question is left decides the same for all facts that satisfy it. Where both policies decide alike on it, it is done.
/// Where they do not, ``ModelFinder`` makes facts of it, and both policies decide on these by themselves before anybody sees them.
///
/// ## Why "proved" is so
/// 1. *Every request is on some path.* A split has every answer: a form is at most a number or greater, groups hold all values that
///    are left, a text fits or does not, an expression that is not understood gives no, yes, or a failure.
/// 2. *A path is dropped only where no facts satisfy it*: where inequalities contradict each other, by eliminating variables with
///    limits rounded to whole numbers, which keeps every solution in whole numbers; where texts do, by a search of the automata that
///    ended without one, over an alphabet with a character of each kind that the patterns tell apart; where no moment of a range has
///    the parts of a calendar that are assumed, by a walk from change to change that reached the range's end, or through the 400
///    years after which a calendar is the same again. Where one of these is given up, the path stays, and the verdict is undecided.
/// 3. *On a path, the reader says what the evaluator would say of all of its facts.* Arithmetic is exact in 128 bits, and what the
///    language calls an overflow is asked for and fails; `&&` and `||` absorb failures as the language does; a rule whose evaluation
///    fails does not pass. Derived facts (levels, temporary devices, identity) are worked out of raw ones, with each policy's own
///    catalogue, so that they belong together. A division is a number of its own between two bounds, a part of the calendar a
///    number that is bound to its moment.
/// 4. *What is not understood is free.* It has a name made of its syntax and of what the names in it stand for. Two that have the same
///    name have the same value on the same facts, which is all that is assumed of them.
/// 5. *Rules that mean the same are one*: those that are spelt alike with the same meaning of their names, and those that were
///    proved to pass on the same facts.
///
/// Facts are those that the engine makes (``FactLaws``), with devices that are few enough for an evaluation to stay within its
/// limits, and moments in the years 1 to 9999, to which they are clamped before a policy sees them.
///
/// Kinds of device that no policy names take part as well: two, so that two lists can hold different ones, and one more for each
/// condition on the *spelling* of a kind. Where there are more of these conditions than that, nothing is called proved.
///
/// ## How much
/// ``ProofLimits`` bounds the work by counts, so that an answer does not depend on the machine. Memory is bounded by the paths that
/// wait: as many as questions are asked on the longest one, times their answers.
///
/// ## A second opinion
/// ``SMTScript`` writes the question of a comparison for solvers of others. It shares with the above what facts there are and what
/// is not understood, and nothing of the search: an expression is one term, with its failures, and not evaluated path by path. A
/// test holds the two against each other on generated pairs.
///
/// ## Where a new term goes
/// A kind of number is a case of ``World/Number``, with its range and, where it follows from others, its definition as
/// inequalities (`Path+inequalities.swift`) and its value (`ModelFinder.forced`). A fact of few values is a ``Choice``. Both are
/// read in `Reader+facts.swift`, and written for solvers in `SMTTranslation+facts.swift`.
package enum PolicyProof {}
