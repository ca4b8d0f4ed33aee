/// A condition on one text.
package enum TextPattern: Hashable, Sendable {
    case equals(String)
    case prefix(String)
    case suffix(String)
    case contains(String)
    /// A regular expression that matches anywhere.
    case matches(String)
    /// In code points.
    case sizeAtMost(Int)

    /// Nil where the text cannot be held against it: a pattern that is none.
    package func holds(for text: String) -> Bool? {
        switch self {
        case .equals(let other): sameText(text, other)
        case .prefix(let part): text.utf8.starts(with: part.utf8)
        case .suffix(let part):
            text.utf8.count >= part.utf8.count && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
        case .contains(let part): TextSearch(Array(part.utf8), in: Array(text.utf8)).first(from: 0) != nil
        case .matches(let pattern):
            (try? RegularExpression(pattern, limits: RegexLimits(Limits.default))).flatMap {
                try? $0.matches(text, Meter(Limits.default))
            }
        case .sizeAtMost(let size): text.unicodeScalars.count <= size
        }
    }
}

extension TextPattern {
    /// Byte for byte: texts that only look alike are different texts.
    private var key: (kind: Int, bytes: [UInt8]) {
        switch self {
        case .equals(let text): (0, Array(text.utf8))
        case .prefix(let text): (1, Array(text.utf8))
        case .suffix(let text): (2, Array(text.utf8))
        case .contains(let text): (3, Array(text.utf8))
        case .matches(let text): (4, Array(text.utf8))
        case .sizeAtMost(let size): (5, Array(String(size).utf8))
        }
    }

    package static func == (left: TextPattern, right: TextPattern) -> Bool {
        let (one, other) = (left.key, right.key)
        return one.kind == other.kind && one.bytes == other.bytes
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key.kind)
        hasher.combine(key.bytes)
    }
}

/// Finds a text on which conditions hold, and others do not: a breadth-first walk through the product of their automata, in
/// which every state of an expression is followed at once, so that "does not match" is as easy as "matches".
package struct TextSearcher {
    package enum Outcome: Hashable {
        /// One of the shortest.
        case found(String)
        /// There is none.
        case none
        /// Given up, or the characters of the expressions cannot all be tried.
        case unknown
    }

    /// States that are followed before the search is given up.
    package static let mostStates = 20_000

    private var expressions: [(expression: RegularExpression, wanted: Bool)] = []
    private var alphabet: [Unicode.Scalar] = []
    /// Whether the alphabet has a character of every kind that the expressions tell apart.
    private var isAlphabetComplete = true
    private var atMost = Int.max
    private var atLeast = 0

    package static func text(where conditions: [(pattern: TextPattern, holds: Bool)]) -> Outcome {
        guard let searcher = TextSearcher(conditions) else { return .unknown }
        return searcher.search()
    }

    private init?(_ conditions: [(pattern: TextPattern, holds: Bool)]) {
        for (pattern, holds) in conditions {
            let source: String
            switch pattern {
            case .sizeAtMost(let size):
                if holds { atMost = min(atMost, size) } else { atLeast = max(atLeast, size == .max ? size : size + 1) }
                continue
            case .equals(let text): source = "\\A" + Self.quoted(text) + "\\z"
            case .prefix(let text): source = "\\A" + Self.quoted(text)
            case .suffix(let text): source = Self.quoted(text) + "\\z"
            case .contains(let text): source = Self.quoted(text)
            case .matches(let text): source = text
            }
            guard let expression = try? RegularExpression(source, limits: RegexLimits(Limits.default)) else { return nil }
            expressions.append((expression, holds))
        }
        chooseAlphabet()
    }

    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.value >= 128 || CharacterSet.words.contains { $0.contains(scalar.value) }
            if !isPlain { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted
    }

    /// One character, the plainest, of each kind that the expressions tell apart.
    private mutating func chooseAlphabet() {
        let sets = expressions.flatMap(\.expression.sets)
        isAlphabetComplete = sets.allSatisfy { $0.categories.isEmpty && !$0.ignoresCase }
        var candidates = Array("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_. \n".unicodeScalars)
        for set in sets {
            for range in set.ranges {
                let ends: [UInt32] = [
                    range.lowerBound, range.upperBound, range.lowerBound == 0 ? 0 : range.lowerBound - 1, range.upperBound &+ 1,
                ]
                candidates += ends.compactMap(Unicode.Scalar.init)
            }
        }
        // Beside the gap of the surrogates, where a range may end.
        candidates += [0xd7ff, 0xe000, 0xe9, 0x4e00].compactMap { Unicode.Scalar($0 as UInt32) }
        var seen: Set<[Bool]> = []
        for scalar in candidates {
            let kind = sets.map { $0.contains(scalar) } + [RegexSyntax.Assertion.isWord(scalar), scalar == "\n"]
            if seen.insert(kind).inserted { alphabet.append(scalar) }
        }
    }

    /// Where the walk is: what each expression waits for, or nil where it has matched; the kind of the last character; and how
    /// many characters there were, as far as that counts.
    private struct State: Hashable {
        var waiting: [[Int]?]
        var last: Unicode.Scalar?
        var length: Int
    }

    private func search() -> Outcome {
        var states = [State(waiting: expressions.map { _ in [] }, last: nil, length: 0)]
        var origins: [(state: Int, character: Unicode.Scalar)?] = [nil]
        var seen: Set<State> = [states[0]]
        var next = 0
        // Longer texts than that are alike.
        let counted = atMost == .max ? atLeast : max(atLeast, atMost)
        guard counted <= Self.mostStates else { return .unknown }
        while next < states.count {
            let state = states[next]
            if isEnd(state) { return .found(text(to: next, origins)) }
            if state.length < atMost {
                for character in alphabet {
                    var following = step(state, character)
                    following.length = min(state.length + 1, counted)
                    guard seen.insert(following).inserted else { continue }
                    guard states.count < Self.mostStates else { return .unknown }
                    states.append(following)
                    origins.append((next, character))
                }
            }
            next += 1
        }
        return isAlphabetComplete ? .none : .unknown
    }

    private func isEnd(_ state: State) -> Bool {
        guard state.length >= atLeast else { return false }
        for (place, part) in expressions.enumerated() {
            let matches = state.waiting[place].map { part.expression.advance($0, state.last, nil) == nil } ?? true
            if matches != part.wanted { return false }
        }
        return true
    }

    private func step(_ state: State, _ character: Unicode.Scalar) -> State {
        var following = state
        for (place, part) in expressions.enumerated() {
            guard let waiting = state.waiting[place] else { continue }
            following.waiting[place] = part.expression.advance(waiting, state.last, character)
        }
        following.last = character == "\n" ? "\n" : RegexSyntax.Assertion.isWord(character) ? "a" : "-"
        return following
    }

    private func text(to state: Int, _ origins: [(state: Int, character: Unicode.Scalar)?]) -> String {
        var characters: [Unicode.Scalar] = []
        var place = state
        while let origin = origins[place] {
            characters.append(origin.character)
            place = origin.state
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: characters.reversed())
        return text
    }
}

extension RegularExpression {
    /// The states that are waited for after one more character, where these were; nil where the expression has matched. At the
    /// text's end there is no character.
    fileprivate func advance(
        _ waiting: [Int], _ previous: Unicode.Scalar?, _ character: Unicode.Scalar?
    ) -> [Int]? {
        var seen: Set<Int> = []
        var pending = waiting + [start]
        var following: Set<Int> = []
        while let state = pending.popLast() {
            guard seen.insert(state).inserted else { continue }
            switch instructions[state] {
            case .match: return nil
            case .character(let set, let next):
                if let character, sets[set].contains(character) { following.insert(next) }
            case .split(let one, let other): pending += [one, other]
            case .assertion(let assertion, let next):
                if assertion.holds(between: previous, and: character) { pending.append(next) }
            }
        }
        return following.sorted()
    }
}
