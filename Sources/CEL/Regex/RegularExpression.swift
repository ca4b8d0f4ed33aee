/// A regular expression in the syntax of RE2, matched in time linear in the text: all ways to match are followed together,
/// one character at a time (Thompson's simulation), and nothing is ever tried again.
struct RegularExpression: Sendable {
    enum Instruction: Sendable {
        /// Goes on where the character is in the set of that number.
        case character(set: Int, next: Int)
        case assertion(RegexSyntax.Assertion, next: Int)
        case split(Int, Int)
        case match
    }

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [CharacterSet] = []
    let start: Int

    /// Fails with `invalid-argument` where the pattern is wrong, with `limit-exceeded` where it is too large.
    init(_ pattern: String, limits: RegexLimits) throws(EvaluationError) {
        let syntax = try RegexParser.parse(pattern, limits: limits)
        var builder = Builder(limit: limits.programSize)
        let match = try builder.add(.match)
        start = try builder.emit(syntax, next: match)
        instructions = builder.instructions
        sets = builder.sets
    }

    // MARK: Building

    /// Instructions are made from the end to the beginning, so that each knows where to go on.
    private struct Builder {
        let limit: Int
        var instructions: [Instruction] = []
        var sets: [CharacterSet] = []

        mutating func add(_ instruction: Instruction) throws(EvaluationError) -> Int {
            guard instructions.count < limit else {
                throw EvaluationError(.limitExceeded, "the regular expression needs more than \(limit) instructions")
            }
            instructions.append(instruction)
            return instructions.count - 1
        }

        mutating func emit(_ syntax: RegexSyntax, next: Int) throws(EvaluationError) -> Int {
            switch syntax {
            case .empty: return next
            case .characters(let set):
                sets.append(set)
                return try add(.character(set: sets.count - 1, next: next))
            case .assertion(let assertion): return try add(.assertion(assertion, next: next))
            case .sequence(let parts):
                var entry = next
                for part in parts.reversed() { entry = try emit(part, next: entry) }
                return entry
            case .alternatives(let branches):
                var entry: Int?
                for branch in branches.reversed() {
                    let first = try emit(branch, next: next)
                    if let other = entry { entry = try add(.split(first, other)) } else { entry = first }
                }
                return entry ?? next
            case .repeated(let part, let least, let most):
                var entry = next
                if let most {
                    for _ in least..<most { entry = try add(.split(emit(part, next: entry), next)) }
                } else {
                    let loop = try add(.match)
                    instructions[loop] = .split(try emit(part, next: loop), next)
                    entry = loop
                }
                for _ in 0..<least { entry = try emit(part, next: entry) }
                return entry
            }
        }
    }

    // MARK: Matching

    /// Whether the pattern matches anywhere in the text. A step for every state that is followed.
    func matches(_ text: String, _ meter: Meter) throws(EvaluationError) -> Bool {
        var states = StateSet(capacity: instructions.count)
        var following = StateSet(capacity: instructions.count)
        var previous: Unicode.Scalar?
        var scalars = text.unicodeScalars.makeIterator()
        var current = scalars.next()
        while true {
            // A match may begin at any character.
            if follow(start, into: &states, previous, current) { return true }
            try meter.charge(1 + states.count)
            guard let scalar = current else { return false }
            let next = scalars.next()
            following.removeAll()
            for state in states.members {
                guard case .character(let set, let target) = instructions[state], sets[set].contains(scalar) else { continue }
                if follow(target, into: &following, scalar, next) { return true }
            }
            swap(&states, &following)
            (previous, current) = (scalar, next)
        }
    }

    /// Adds a state and all that follow without a character; true where one of them is the match.
    private func follow(_ first: Int, into states: inout StateSet, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
        var pending = [first]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch instructions[state] {
            case .match: return true
            case .character: break
            case .split(let one, let other):
                pending.append(other)
                pending.append(one)
            case .assertion(let assertion, let target):
                if assertion.holds(between: previous, and: next) { pending.append(target) }
            }
        }
        return false
    }
}

/// States that are followed: a list and, for each state, whether it is in it.
private struct StateSet {
    private(set) var members: [Int] = []
    private var isMember: [Bool]

    init(capacity: Int) {
        isMember = Array(repeating: false, count: capacity)
    }

    var count: Int { members.count }

    /// False where it was in already.
    mutating func insert(_ state: Int) -> Bool {
        guard !isMember[state] else { return false }
        isMember[state] = true
        members.append(state)
        return true
    }

    mutating func removeAll() {
        for state in members { isMember[state] = false }
        members.removeAll(keepingCapacity: true)
    }
}

extension RegexSyntax.Assertion {
    func holds(between previous: Unicode.Scalar?, and next: Unicode.Scalar?) -> Bool {
        switch self {
        case .textStart: previous == nil
        case .textEnd: next == nil
        case .lineStart: previous == nil || previous == "\n"
        case .lineEnd: next == nil || next == "\n"
        case .wordBoundary: Self.isWord(previous) != Self.isWord(next)
        case .notWordBoundary: Self.isWord(previous) == Self.isWord(next)
        }
    }

    static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return CharacterSet.words.contains { $0.contains(scalar.value) }
    }
}
