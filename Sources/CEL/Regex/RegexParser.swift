/// Reads a regular expression (github.com/google/re2, "Syntax"). What backtracking would need is no part of it:
/// back references and look-around are refused.
struct RegexParser {
    private let scalars: [Unicode.Scalar]
    private let limits: RegexLimits
    private var position = 0
    private var depth = 0
    private var flags = Flags()

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
    }

    static func parse(_ pattern: String, limits: RegexLimits) throws(EvaluationError) -> RegexSyntax {
        guard pattern.utf8.count <= limits.textSize else {
            throw EvaluationError(
                .limitExceeded, "the regular expression has \(pattern.utf8.count) bytes; at most \(limits.textSize) are allowed")
        }
        var parser = RegexParser(scalars: Array(pattern.unicodeScalars), limits: limits)
        let syntax = try parser.alternatives()
        guard parser.peek() == nil else { throw parser.failure("unexpected ')'") }
        return syntax
    }

    private init(scalars: [Unicode.Scalar], limits: RegexLimits) {
        self.scalars = scalars
        self.limits = limits
    }

    // MARK: Characters

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? { position + ahead < scalars.count ? scalars[position + ahead] : nil }

    private mutating func take() -> Unicode.Scalar? {
        guard let scalar = peek() else { return nil }
        position += 1
        return scalar
    }

    private mutating func accept(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    /// The text up to a character, which is taken too; nil where it does not come.
    private mutating func take(until end: Unicode.Scalar) -> String? {
        guard let place = scalars[position...].firstIndex(of: end) else { return nil }
        defer { position = place + 1 }
        return text(position..<place)
    }

    private func text(_ range: Range<Int>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[range])
        return text
    }

    private func failure(_ message: String) -> EvaluationError {
        EvaluationError(.invalidArgument, "the regular expression is wrong at character \(position + 1): \(message)")
    }

    private func characters(_ set: CharacterSet) -> RegexSyntax {
        var set = set
        set.ignoresCase = flags.ignoresCase
        return .characters(set)
    }

    // MARK: Structure

    private mutating func alternatives() throws(EvaluationError) -> RegexSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.nesting else {
            throw EvaluationError(.limitExceeded, "the regular expression nests deeper than \(limits.nesting) groups")
        }
        var branches = [try sequence()]
        while accept("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(EvaluationError) -> RegexSyntax {
        var parts: [RegexSyntax] = []
        while let next = peek(), next != "|", next != ")" {
            if accept("\\Q") {
                parts += quoted()
                continue
            }
            guard let part = try atom() else { continue }
            parts.append(try repetitions(of: part))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    /// `\Q…\E`: every character for itself.
    private mutating func quoted() -> [RegexSyntax] {
        var parts: [RegexSyntax] = []
        while peek() != nil, !accept("\\E") {
            if let scalar = take() { parts.append(characters(.one(scalar))) }
        }
        return parts
    }

    private mutating func repetitions(of part: RegexSyntax) throws(EvaluationError) -> RegexSyntax {
        guard let counts = try counts() else { return part }
        // Greed does not change whether there is a match.
        _ = accept("?")
        let repeated = RegexSyntax.repeated(part, least: counts.least, most: counts.most)
        guard repeated.multiplicity <= limits.repetitions else { throw failure("more than \(limits.repetitions) repetitions") }
        let start = position
        guard try self.counts() == nil else {
            position = start
            throw failure("a repetition of a repetition")
        }
        return repeated
    }

    private mutating func counts() throws(EvaluationError) -> (least: Int, most: Int?)? {
        switch peek() {
        case "*":
            position += 1
            return (0, nil)
        case "+":
            position += 1
            return (1, nil)
        case "?":
            position += 1
            return (0, 1)
        case "{":
            // What does not read as counts stands for itself.
            let start = position
            position += 1
            guard let least = number() else {
                position = start
                return nil
            }
            var most: Int? = least
            if accept(",") { most = number() }
            guard accept("}") else {
                position = start
                return nil
            }
            guard least <= limits.repetitions, most ?? 0 <= limits.repetitions, most ?? least >= least else {
                throw failure("the counts of a repetition must be in order and at most \(limits.repetitions)")
            }
            return (least, most)
        default: return nil
        }
    }

    private mutating func number() -> Int? {
        let start = position
        while let scalar = peek(), scalar >= "0", scalar <= "9", position - start < 9 { position += 1 }
        return Int(text(start..<position))
    }

    /// One unit of a sequence; nil for a change of flags.
    private mutating func atom() throws(EvaluationError) -> RegexSyntax? {
        guard let scalar = take() else { return .empty }
        switch scalar {
        case ".":
            var set = CharacterSet()
            if flags.dotMatchesNewline { set.ranges = [0...0x10ffff] } else { set.complements.append([10...10]) }
            return .characters(set)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "(": return try group()
        case "[": return try bracketed()
        case "\\": return try escape()
        case "*", "+", "?":
            position -= 1
            throw failure("nothing to repeat before '\(scalar)'")
        case "{":
            position -= 1
            let start = position
            let isCount = try counts() != nil
            position = start
            if isCount { throw failure("nothing to repeat before '{'") }
            position += 1
            return characters(.one(scalar))
        default: return characters(.one(scalar))
        }
    }

    private mutating func group() throws(EvaluationError) -> RegexSyntax? {
        let outer = flags
        if accept("?") {
            if accept("P<") || (peek() == "<" && peek(1) != "=" && peek(1) != "!" && accept("<")) {
                guard let name = take(until: ">"), isName(name) else {
                    throw failure("a group needs a name of letters, digits and '_'")
                }
            } else {
                try readFlags()
                if accept(")") { return nil }
                guard accept(":") else { throw failure("this kind of group is not known") }
            }
        }
        let syntax = try alternatives()
        flags = outer
        guard accept(")") else { throw failure("a group has no end") }
        return syntax
    }

    private func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
    }

    private mutating func readFlags() throws(EvaluationError) {
        var isOn = true
        while let scalar = peek(), scalar != ":", scalar != ")" {
            position += 1
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotMatchesNewline = isOn
            case "U": break
            case "-" where isOn && peek() != ":" && peek() != ")": isOn = false
            default: throw failure("the flag '\(scalar)' is not known")
            }
        }
    }

    // MARK: Escapes and classes

    private mutating func escape() throws(EvaluationError) -> RegexSyntax {
        switch peek() {
        case "A":
            position += 1
            return .assertion(.textStart)
        case "z":
            position += 1
            return .assertion(.textEnd)
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.notWordBoundary)
        default: break
        }
        var set = CharacterSet()
        if try !addClass(to: &set) {
            let scalar = try escapedCharacter()
            set.ranges.append(scalar.value...scalar.value)
        }
        return characters(set)
    }

    /// `\d`, `\pL` and their like, after the backslash. False where something else stands here.
    private mutating func addClass(to set: inout CharacterSet) throws(EvaluationError) -> Bool {
        switch peek() {
        case "d": set.ranges += CharacterSet.digits
        case "D": set.complements.append(CharacterSet.digits)
        case "s": set.ranges += CharacterSet.spaces
        case "S": set.complements.append(CharacterSet.spaces)
        case "w": set.ranges += CharacterSet.words
        case "W": set.complements.append(CharacterSet.words)
        case "p", "P":
            let isNegated = take() == "P"
            try addProperty(to: &set, isNegated: isNegated)
            return true
        default: return false
        }
        position += 1
        return true
    }

    private mutating func addProperty(to set: inout CharacterSet, isNegated: Bool) throws(EvaluationError) {
        var name: String
        if accept("{") {
            guard let braced = take(until: "}") else { throw failure("a property has no end") }
            name = braced
        } else {
            guard let letter = take() else { throw failure("a property has no name") }
            name = String(letter)
        }
        var isNegated = isNegated
        if name.hasPrefix("^") {
            name.removeFirst()
            isNegated.toggle()
        }
        if name == "Any" {
            if !isNegated { set.ranges.append(0...0x10ffff) }
        } else if let members = UnicodeCategories.named(name) {
            set.categories.append((members, isNegated))
        } else if let ranges = UnicodeScripts.named[name] {
            if isNegated { set.complements.append(ranges) } else { set.ranges += ranges }
        } else {
            throw failure("the property '\(name)' is not known")
        }
    }

    private mutating func escapedCharacter() throws(EvaluationError) -> Unicode.Scalar {
        guard let scalar = take() else { throw failure("a backslash at the end") }
        switch scalar {
        case "a": return "\u{7}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{b}"
        case "x": return try hexadecimal()
        case "0"..."7":
            // One digit alone but 0 would be a back reference.
            var digits = String(scalar)
            while digits.count < 3, let next = peek(), next >= "0", next <= "7" {
                digits.unicodeScalars.append(next)
                position += 1
            }
            guard scalar == "0" || digits.count > 1, let value = UInt32(digits, radix: 8), let point = Unicode.Scalar(value)
            else {
                throw failure("back references are not supported")
            }
            return point
        default:
            let isWord = CharacterSet.words.contains { $0.contains(scalar.value) }
            guard scalar.isASCII, !isWord else { throw failure("the escape '\\\(scalar)' is not known") }
            return scalar
        }
    }

    private mutating func hexadecimal() throws(EvaluationError) -> Unicode.Scalar {
        let digits: String
        if accept("{") {
            guard let braced = take(until: "}") else { throw failure("a hexadecimal escape has no end") }
            digits = braced
        } else {
            let end = min(position + 2, scalars.count)
            digits = text(position..<end)
            position = end
            guard digits.unicodeScalars.count == 2 else { throw failure("a hexadecimal escape needs two digits") }
        }
        guard digits.utf8.allSatisfy(isHexDigit), let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw failure("'\(digits)' is not the number of a character")
        }
        return scalar
    }

    /// A class in brackets, after the first.
    private mutating func bracketed() throws(EvaluationError) -> RegexSyntax {
        var set = CharacterSet()
        set.isNegated = accept("^")
        var isFirst = true
        while isFirst || peek() != "]" {
            isFirst = false
            guard peek() != nil else { throw failure("a class in brackets has no end") }
            if accept("[:") {
                guard var name = take(until: ":"), accept("]") else { throw failure("a named class has no end") }
                let isNegated = name.hasPrefix("^")
                if isNegated { name.removeFirst() }
                guard let ranges = CharacterSet.named[name] else { throw failure("the class '\(name)' is not known") }
                if isNegated { set.complements.append(ranges) } else { set.ranges += ranges }
                continue
            }
            if peek() == "\\" {
                position += 1
                if try addClass(to: &set) { continue }
                position -= 1
            }
            let first = try classCharacter()
            var last = first
            if peek() == "-", let after = peek(1), after != "]" {
                position += 1
                last = try classCharacter()
            }
            guard first <= last else { throw failure("a range that ends before it begins") }
            set.ranges.append(first.value...last.value)
        }
        position += 1
        return characters(set)
    }

    private mutating func classCharacter() throws(EvaluationError) -> Unicode.Scalar {
        guard let scalar = take() else { throw failure("a class in brackets has no end") }
        return scalar == "\\" ? try escapedCharacter() : scalar
    }
}
