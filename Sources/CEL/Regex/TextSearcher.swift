/// A condition on one text.
package enum TextPattern: Hashable, Sendable {
    case equals(String)
    /// It is one of some texts.
    case oneOf([String])
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
        case .oneOf(let others): others.contains { sameText(text, $0) }
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
        // No text has the byte 255 in it.
        case .oneOf(let texts): (6, texts.flatMap { Array($0.utf8) + [255] })
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
    package static let maximumStates = 20_000

    private var expressions: [(expression: RegularExpression, wanted: Bool)] = []
    private var alphabet: [Unicode.Scalar] = []
    /// Whether the alphabet has a character of every kind that the expressions tell apart.
    private var isAlphabetComplete = true
    private var atMost = Int.max
    private var atLeast = 0

    /// - Parameter steps: what the search cost is added to it: characters tried, for each expression.
    package static func text(where conditions: [(pattern: TextPattern, holds: Bool)], steps: inout Int) -> Outcome {
        guard let searcher = TextSearcher(conditions) else { return .unknown }
        return searcher.search(&steps)
    }

    private init?(_ conditions: [(pattern: TextPattern, holds: Bool)]) {
        for (pattern, holds) in conditions {
            let source: String
            switch pattern {
            case .sizeAtMost(let size):
                if holds { atMost = min(atMost, size) } else { atLeast = max(atLeast, size == .max ? size : size + 1) }
                continue
            case .equals(let text): source = Self.exactly([text])
            case .oneOf(let texts): source = Self.exactly(texts)
            case .prefix(let text): source = "\\A" + Self.quoted(text)
            case .suffix(let text): source = Self.quoted(text) + "\\z"
            case .contains(let text): source = Self.quoted(text)
            case .matches(let text): source = text
            }
            guard let expression = try? RegularExpression(source, limits: Self.limits(for: pattern)) else { return nil }
            expressions.append((expression, holds))
        }
        chooseAlphabet()
    }

    /// What is written here may be long where an author's own expression may not.
    private static func limits(for pattern: TextPattern) -> RegexLimits {
        switch pattern {
        case .matches: RegexLimits(Limits.default)
        case .equals, .oneOf, .prefix, .suffix, .contains, .sizeAtMost: RegexLimits(textSize: 1_000_000, programSize: 100_000)
        }
    }

    private static func exactly(_ texts: [String]) -> String {
        "\\A(?:" + texts.map(quoted).joined(separator: "|") + ")\\z"
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
    ///
    /// A kind is an intersection of sets and their complements. Each of these is made of ranges, so the least character of a kind
    /// is where some range begins, or comes just after one that ends.
    private mutating func chooseAlphabet() {
        let sets = expressions.flatMap(\.expression.sets)
        var candidates = Array("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_. \n".unicodeScalars)
        var ranges: [ClosedRange<UInt32>] = CharacterSet.words + [10...10]
        for set in sets {
            if !set.categories.isEmpty { isAlphabetComplete = false }
            for part in [set.ranges] + set.complements {
                ranges += part
                guard set.ignoresCase else { continue }
                // Within ASCII, or without it, all other cases of a set's characters are known; elsewhere they may be anywhere.
                if !Self.isWithinASCII(part) && !Self.isWithinASCII(Self.complement(of: part)) { isAlphabetComplete = false }
                ranges += (0..<128).map { $0...$0 } + [0x17f...0x17f, 0x212a...0x212a]
            }
        }
        // A range may end at the gap of the surrogates.
        ranges.append(0xd800...0xdfff)
        for range in ranges {
            let ends: [UInt32] = [
                range.lowerBound, range.upperBound, range.lowerBound == 0 ? 0 : range.lowerBound - 1, range.upperBound &+ 1,
            ]
            candidates += ends.compactMap(Unicode.Scalar.init)
        }
        candidates += [0, 0xe9, 0x4e00].compactMap { Unicode.Scalar($0 as UInt32) }
        var seen: Set<[Bool]> = []
        for scalar in candidates {
            let kind = sets.map { $0.contains(scalar) } + [RegexSyntax.Assertion.isWord(scalar), scalar == "\n"]
            if seen.insert(kind).inserted { alphabet.append(scalar) }
        }
    }

    private static func isWithinASCII(_ ranges: [ClosedRange<UInt32>]) -> Bool { ranges.allSatisfy { $0.upperBound < 128 } }

    private static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound &+ 1)
        }
        if next <= 0x10ffff { gaps.append(next...0x10ffff) }
        return gaps
    }

    /// Where the walk is: what each expression waits for, or nil where it has matched; the kind of the last character; and how
    /// many characters there were, as far as that counts.
    private struct State: Hashable {
        var waiting: [[Int]?]
        var last: Unicode.Scalar?
        var length: Int
    }

    private func search(_ steps: inout Int) -> Outcome {
        var states = [State(waiting: expressions.map { _ in [] }, last: nil, length: 0)]
        var origins: [(state: Int, character: Unicode.Scalar)?] = [nil]
        var seen: Set<State> = [states[0]]
        var next = 0
        // Longer texts than that are alike.
        let counted = atMost == .max ? atLeast : max(atLeast, atMost)
        guard counted <= Self.maximumStates else { return .unknown }
        while next < states.count {
            let state = states[next]
            if isEnd(state) { return .found(text(to: next, origins)) }
            if state.length < atMost {
                steps += alphabet.count * (expressions.count + 1)
                for character in alphabet {
                    var following = step(state, character)
                    following.length = min(state.length + 1, counted)
                    guard seen.insert(following).inserted else { continue }
                    guard states.count < Self.maximumStates else { return .unknown }
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
