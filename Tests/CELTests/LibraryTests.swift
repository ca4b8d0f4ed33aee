import CEL
import Testing

/// What the functions give, beyond the suite's cases.
@Suite("Libraries")
struct LibraryTests {
    @Test(
        "Conditions that hold",
        arguments: [
            // Numbers.
            "1 == 1u && 1u == 1.0 && dyn(1) == 1.0", "dyn(1) != '1'", "!(0.0 / 0.0 == 0.0 / 0.0)",
            "!(0.0 / 0.0 < 1.0) && !(0.0 / 0.0 > 1.0)",
            "-7 / 2 == -3 && -7 % 2 == -1", "{1: 'a'}[1u] == 'a' && {1u: 'a'}[dyn(1.0)] == 'a'", "1 in [1.0] && 1 in {1u: 0}",
            "[1, 2u, 3.0] == [1u, 2.0, 3]", "{'a': 1} == {'a': 1.0}", "type(1) == int && type(type(1)) == type",
            "1.5 < 2 && 2u > 1.5 && -1 < 0u",
            // Conversions.
            "int('-42') == -42 && int(-1.9) == -1 && int(timestamp(7)) == 7",
            "string(1.0) == '1' && string(1e21) == '1e+21' && string(0.00001) == '1e-05'",
            "string(double('NaN')) == 'NaN'", "double('1.') == 1.0 && double('.5') == 0.5", "string(b'\\xc3\\xa9') == '\\u00e9'",
            "uint(1.0) == 1u", "string(duration('1h1m1.5s')) == '3661.5s'",
            "string(timestamp('2024-01-01T02:00:00+02:00')) == '2024-01-01T00:00:00Z'",
            // Times.
            "timestamp('2024-03-31T00:30:00Z').getHours('Europe/Paris') == 1",
            "timestamp('2024-03-31T01:30:00Z').getHours('Europe/Paris') == 3",
            "timestamp('2024-01-01T00:00:00Z').getFullYear('-00:01') == 2023",
            "timestamp('2024-12-31T00:00:00Z').getDayOfYear() == 365",
            "duration('90m').getHours() == 1 && duration('-90m').getMinutes() == -90",
            "duration('1.234s').getMilliseconds() == 234",
            "timestamp('2024-01-02T00:00:00Z') - timestamp('2024-01-01T00:00:00Z') == duration('24h')",
            // Texts.
            "'\\U0001F600é'.size() == 2", "'abc'.contains('') && ''.matches('^$')", "'ababab'.replace('ab', 'x', 2) == 'xxab'",
            "'ab'.replace('', '-') == '-a-b-'", "'a,b,c'.split(',', 2) == ['a', 'b,c']",
            "'é1'.split('') == ['é', '1'] && ''.split('') == []",
            "'bananas'.lastIndexOf('na', 3) == 2", "'tacocat'.indexOf('c', 3) == 4",
            "'%x %X %o %b'.format([-30, 'é', 8u, -5]) == '-1e C3A9 10 -101'",
            "'%s'.format([{'b': 1, 'a': [true, null, 1.0]}]) == '{a: [true, null, 1], b: 1}'",
            "'%.2e'.format([12345.678]) == '1.23e+04'", "'%d'.format([1.5]) == '1.5'",
            "strings.quote('a\\u0001\"') == '\"a\\u0001\\\\\"\"'",
            // Numbers' library.
            "math.greatest(1, 2.0, 3u) == 3u && math.least([1, -1.5]) == -1.5",
            "math.round(-0.5) == -1.0 && math.round(2.5) == 3.0",
            "math.bitShiftRight(-1, 1) == 9223372036854775807", "math.sqrt(2.25) == 1.5 && math.sign(-0.5) == -1.0",
            // Optionals.
            "optional.of(1).or(optional.of(1 / 0)).value() == 1", "optional.of(1).orValue(1 / 0) == 1", "[1][?1].orValue(9) == 9",
            "optional.none().optMap(x, x / 0) == optional.none()", "[?optional.none(), 1] == [1]",
            "{'a': {'b': 1}}.?a.?b.value() == 1",
            "optional.unwrap([optional.of(1), optional.none()]) == [1]",
            // Macros.
            "{'a': 1, 'b': 2}.transformMapEntry(k, v, {v: k}) == {1: 'a', 2: 'b'}",
            "[1, 2, 3].transformList(i, v, i > 0, v * i) == [2, 6]",
            "{'a': 1}.map(k, k) == ['a'] && [1, 2].map(x, x > 1, x * 2) == [4]", "[[1, 2], [3]].all(l, l.exists(x, x > 1))",
            // Encoders.
            "base64.decode('aGk') == b'hi' && base64.encode(b'\\xff') == '/w=='",
        ])
    func holds(_ condition: String) {
        let result = evaluated(condition)
        #expect(result.value == .bool(true), "\(result)")
    }

    @Test(
        "Errors",
        arguments: [
            ("9223372036854775807 + 1", .overflow), ("-9223372036854775808 - 1", .overflow), ("0u - 1u", .overflow),
            ("-9223372036854775808 % -1", .overflow), ("-(-9223372036854775808)", .overflow), ("1 % 0", .divisionByZero),
            ("1u / 0u", .divisionByZero),
            ("[1][1]", .indexOutOfRange), ("[1][-1]", .indexOutOfRange), ("{'a': 1}.b", .noSuchKey),
            ("{'a': 1, 'a': 2}", .repeatedKey),
            ("{1.5: 1}", .unsupportedKey), ("int('1.5')", .conversionFailed), ("int('+1')", .conversionFailed),
            ("uint(-1)", .conversionFailed),
            ("int(1e19)", .conversionFailed), ("string(b'\\xff')", .conversionFailed),
            ("timestamp('2023-02-29T00:00:00Z')", .conversionFailed),
            ("duration('1')", .conversionFailed), ("1 + 1u", .noMatchingOverload), ("[1] < [2]", .noMatchingOverload),
            ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", .overflow),
            ("timestamp(0).getHours('Nowhere/City')", .invalidArgument),
            ("timestamp(0).getHours('+25:00')", .invalidArgument), ("optional.none().value()", .absentValue),
            ("'a'.charAt(2)", .indexOutOfRange),
            ("'abc'.substring(2, 1)", .indexOutOfRange), ("'%s'.format([])", .invalidArgument),
            ("'%'.format([1])", .invalidArgument),
            ("'%z'.format([1])", .invalidArgument), ("'%d'.format(['a'])", .invalidArgument),
            ("math.bitShiftLeft(1, -1)", .invalidArgument),
            ("base64.decode('a')", .invalidArgument), ("math.abs(-9223372036854775808)", .overflow),
            ("'a'.matches('(')", .invalidArgument),
            ("nothing", .unboundVariable), ("nothing(1)", .unboundFunction), ("[1].all(x, 'a')", .noMatchingOverload),
        ] as [(String, EvaluationError.Code)])
    func fails(_ source: String, _ code: EvaluationError.Code) {
        #expect(evaluated(source).code == code)
    }

    @Test(
        "Regular expressions",
        arguments: [
            ("abc", "xabcx", true), ("^abc$", "xabc", false), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true),
            ("(?m)^b$", "a\nb\nc", true),
            ("(?i)ÀB", "àb", true), ("a{2,3}", "a", false), ("^a{2,3}$", "aaa", true), ("^a{2,}$", "aaaaa", true),
            ("a{,2}", "a{,2}", true),
            ("[^a-c]", "abc", false), ("[]a]", "]", true), ("[a-]", "-", true), ("\\bfoo\\b", "a foo b", true),
            ("\\bfoo\\b", "afoo", false),
            ("^\\d+\\s\\w+$", "12 ab_", true), ("\\pL+", "é", true), ("\\p{Greek}", "α", true), ("\\P{Greek}", "α", false),
            ("\\p{Lu}", "a", false),
            ("[[:alpha:]]+", "1", false), ("[[:^digit:]]", "1", false), ("\\x{1F600}", "\u{1f600}", true), ("\\x41", "A", true),
            ("\\101", "A", true),
            ("\\Qa.b\\E", "a.b", true), ("\\Qa.b\\E", "axb", false), ("(?P<n>a)(?:b)(?<m>c)", "abc", true), ("a|b|", "zzz", true),
            ("(a|b)*c", "ababc", true),
            ("a*?b", "aab", true), ("\\Aab\\z", "ab", true), ("\\.", "a", false), ("[\\d.]+", "1.5", true), ("x*", "", true),
            ("(?i:A)b", "ab", true),
            ("(?i:A)b", "aB", false), ("[^\\n]", "\n", false), ("^$", "", true), ("k", "\u{212a}", false),
            ("(?i)k", "\u{212a}", true),
        ])
    func matches(_ pattern: String, _ text: String, _ isMatch: Bool) {
        let environment = Environment(variables: [
            VariableDeclaration(name: "p", type: .string), VariableDeclaration(name: "t", type: .string),
        ])
        #expect(
            evaluated("t.matches(p)", in: environment, with: ["p": .string(pattern), "t": .string(text)]).value == .bool(isMatch))
    }

    @Test(
        "Patterns that are refused",
        arguments: [
            "(", ")", "[", "a**", "*a", "a{2}{3}", "\\1", "(?=a)", "(?<!a)", "\\p{Nonsense}", "[b-a]", "\\", "\\y", "(?z)",
            "a{1001}", "[[:nope:]]", "+", "x{2,1}",
        ])
    func refuses(_ pattern: String) {
        let environment = Environment(variables: [VariableDeclaration(name: "p", type: .string)])
        #expect(evaluated("''.matches(p)", in: environment, with: ["p": .string(pattern)]).code == .invalidArgument)
    }
}
