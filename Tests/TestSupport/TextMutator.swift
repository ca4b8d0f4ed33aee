import Foundation

/// Changes texts at random: what a slip of the hand, a broken tool or an attacker would make of a good file.
///
/// Numbers become those at the bounds of their types, lines are doubled, dropped and exchanged, and fragments that mean
/// something to a parser are put where they do not belong.
package struct TextMutator {
    package var random: SeededGenerator
    private let fragments: [String]

    /// - Parameter fragments: texts that mean something in the language of the files, beside those of every language.
    package init(random: SeededGenerator, fragments: [String] = []) {
        self.random = random
        self.fragments = fragments + Self.common
    }

    /// Numbers at which arithmetic overflows, or parsers of numbers differ.
    package static let numbers = [
        "0", "-0", "1", "-1", "00", "+1", "1e3", "1e309", "-1e-400", "0.1", "1.0", "0x10", "127", "128", "255", "256",
        "2147483647",
        "2147483648", "-2147483649", "4294967296", "9007199254740991", "9007199254740993", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "99999999999999999999999999999999999999",
    ]

    private static let common = [
        "", " ", "\t", "\n", "\r\n", "\u{0}", "\u{FEFF}", "\u{2028}", "\u{202E}", "\u{301}", "\u{1F600}", "\"", "'", "\\",
        "\\u0000",
        "\\ud800", "{", "}", "[", "]", "(", ")", ":", ",", ";", "-", "null", "true", "{}", "[]", "\"\"", "//", "#", "%00", "%",
        "..",
        "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2026-02-30T24:00:60+99:99",
    ]

    /// - Parameter changes: the maximum number of changes, of which there is at least one.
    package mutating func mutate(_ text: String, changes: Int = 4) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...random.below(changes) { change(&lines) }
        return lines.joined(separator: "\n")
    }

    private mutating func change(_ lines: inout [String]) {
        guard !lines.isEmpty else {
            lines = [random.pick(fragments)]
            return
        }
        let place = random.below(lines.count)
        switch random.below(10) {
        case 0: lines.remove(at: place)
        case 1: lines.insert(lines[place], at: random.below(lines.count))
        case 2: lines.swapAt(place, random.below(lines.count))
        case 3: lines[place] = String(lines[place].prefix(random.below(lines[place].count + 1)))
        case 4, 5, 6: lines[place] = withOtherNumber(lines[place])
        default: lines[place] = withFragment(lines[place])
        }
    }

    /// Another number in the place of one, or a fragment where the line has none.
    private mutating func withOtherNumber(_ line: String) -> String {
        let places = line.ranges(of: /-?[0-9]+/)
        guard !places.isEmpty else { return withFragment(line) }
        return line.replacingCharacters(in: random.pick(places), with: random.pick(Self.numbers))
    }

    private mutating func withFragment(_ line: String) -> String {
        var scalars = Array(line.unicodeScalars)
        let start = random.below(scalars.count + 1)
        let removed = random.once(in: 2) ? 0 : random.below(min(8, scalars.count - start) + 1)
        let fragment = random.once(in: 8) ? random.text() : random.pick(fragments)
        scalars.replaceSubrange(start..<start + removed, with: Array(fragment.unicodeScalars))
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

extension TextMutator {
    /// The same on octets, of which some are then no UTF-8.
    package mutating func mutate(_ bytes: [UInt8], changes: Int = 4) -> [UInt8] {
        var bytes = Array(mutate(String(decoding: bytes, as: UTF8.self), changes: changes).utf8)
        guard random.once(in: 4), !bytes.isEmpty else { return bytes }
        bytes[random.below(bytes.count)] = .random(in: .min ... .max, using: &random)
        return bytes
    }
}
