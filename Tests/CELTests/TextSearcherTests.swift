import Testing

@testable import CEL

@Suite("The search for a text that patterns match and others do not")
struct TextSearcherTests {
    private func search(_ conditions: [(TextPattern, Bool)]) -> TextSearcher.Outcome {
        var steps = 0
        return TextSearcher.text(where: conditions.map { (pattern: $0.0, holds: $0.1) }, steps: &steps)
    }

    @Test(
        "finds one of the shortest",
        arguments: [
            ([(TextPattern.prefix("ab"), true), (.suffix("cd"), true)], "abcd"),
            ([(.prefix("aba"), true), (.suffix("ba"), true)], "aba"),
            ([(.matches("^[0-9]{3}$"), true), (.matches("^[0-8]*$"), false), (.contains("99"), true)], "099"),
            ([(.sizeAtMost(3), false), (.matches("^x*$"), true)], "xxxx"),
            ([(.oneOf(["a", "b", "c"]), true), (.oneOf(["a", "c"]), false)], "b"),
            // Within the range, and no part of a word.
            ([(.matches("^[A-z]$"), true), (.matches("\\b"), false)], "["),
            // What is left of a letter in which case does not count: the sign for the unit of temperature.
            ([(.matches("(?i)^k$"), true), (.equals("k"), false), (.equals("K"), false)], "\u{212a}"),
            ([(.matches("(?i)^[^a-z]$"), true), (.matches("^[ -~]$"), false), (.matches("^[\\x00-\\x1f]$"), false)], "\u{7f}"),
            ([(.matches("^[\\S]$"), false), (.matches("^.$"), true)], " "),
            ([(.matches("^[^\\S]$"), true), (.matches("[ \\n\\r\\f]"), false)], "\t"),
        ])
    func found(conditions: [(TextPattern, Bool)], text: String) {
        #expect(search(conditions) == .found(text))
        for (pattern, holds) in conditions { #expect(pattern.holds(for: text) == holds) }
    }

    @Test(
        "ends without one where there is none",
        arguments: [
            [(TextPattern.prefix("a"), true), (.equals("a"), false), (.sizeAtMost(1), true)],
            [(.matches("^a+$"), true), (.matches("^(aa)*$"), false), (.matches("^(aa)*a$"), false)],
            [(.matches("(?i)^jon$"), true), (.matches("(?i)^JON$"), false)],
            [(.matches("(?i)^j.n$"), true), (.sizeAtMost(2), true)],
            [(.contains("ab"), true), (.matches("^[^a]*$"), true)],
        ])
    func none(conditions: [(TextPattern, Bool)]) { #expect(search(conditions) == .none) }

    @Test("says that it does not know where there are more characters than it tries, or more states")
    func unknown() {
        #expect(
            search([(.matches("^\\p{Lu}$"), true), (.matches("^[A-Za-z0-9]$"), true), (.matches("^[A-Z]$"), false)]) == .unknown)
        #expect(search([(.matches("^(a|b)*a(a|b){14}$"), true), (.contains("c"), true)]) == .unknown)
    }

    @Test("counts what it costs")
    func steps() {
        var steps = 0
        _ = TextSearcher.text(where: [(pattern: .matches("^(a|b)*a(a|b){6}$"), holds: true)], steps: &steps)
        #expect(steps > 100)
    }
}
