import CEL
import Testing

/// Faults that users of other implementations of the language reported, and that this one had too.
@Suite("What others reported")
struct ReportedFaultsTests {
    private func flag(_ source: String, _ values: [String: CELValue] = [:]) -> Bool? {
        let variables = values.map { VariableDeclaration(name: $0.key, type: $0.value.type) }
        let result = evaluated(source, in: Environment(variables: variables), with: values)
        if case .bool(let flag)? = result.value { return flag }
        return nil
    }

    @Test("a variable may be called as the namespace of macros is")
    func variableCalledCel() {
        let list = CELValue.list([.int(1), .int(2)])
        for source in [
            "cel.exists(x, x == 2)", "cel.map(x, x + 1) == [2, 3]", "cel.all(i, x, i < x)", "cel.filter(x, x > 1) == [2]",
            "cel.exists_one(x, x == 1)", "cel.size() == 2", ".cel.exists(x, x == 2)", "cel.bind(x, 2, x in cel)",
            "[[1], [2]].exists(cel, cel.exists(x, x == 2))",
        ] {
            #expect(flag(source, ["cel": list]) == true, "\(source)")
        }
    }

    @Test("nothing is escaped in a raw string")
    func rawStrings() {
        for source in [
            #"r'\' == '\\'"#, #"r"\" == '\\'"#, #"r'a\' + 'b' == 'a\\b'"#, #"br'\' == b'\\'"#, #"r'''a'\''' == "a'\\""#,
            #"R"\d" == '\\d'"#, #"r'\\'.size() == 2"#,
        ] {
            #expect(flag(source) == true, "\(source)")
        }
        #expect(throws: CELError.self) { try Environment(variables: []).parse(#"r'\''"#) }
    }

    @Test("half of a surrogate pair is no character, by itself or before the other half")
    func surrogates() {
        let environment = Environment(variables: [])
        for source in [#""\uD83D\uDE03""#, #"'\ud83d'"#, #"'\udE03'"#, #"'\U0000D83D'"#, #"'''\uD83D\uDE03'''"#] {
            #expect(throws: CELError.self, "\(source)") { try environment.parse(source) }
        }
        #expect(flag(#"'\U0001F603'.size() == 1"#) == true)
    }

    @Test("the first edition is still read")
    func firstEdition() throws {
        let environment = Environment(variables: [])
        for source in [#"r'\'' == "\\'""#, #""\uD83D\uDE03" == '\U0001F603'"#] {
            #expect(throws: CELError.self, "\(source)") { try environment.parse(source) }
            let program = Program(try environment.check(environment.parse(source, edition: .first)), in: environment)
            #expect(try program.evaluateBool(Activation(environment.slots)), "\(source)")
        }
    }

    @Test("a run of bytes that are not UTF-8 is formatted as one replacement character")
    func invalidBytes() {
        for (bytes, text) in [
            (#"b'\xff\xfe'"#, "\u{fffd}"), (#"b'a\xffb\xfe\xfdc'"#, "a\u{fffd}b\u{fffd}c"), (#"b'\xe4\xb8'"#, "\u{fffd}"),
            (#"b'\xed\xa0\x80x'"#, "\u{fffd}x"), (#"b'\xff\xef\xbf\xbd\xff'"#, "\u{fffd}\u{fffd}\u{fffd}"),
            (#"b'\xe4\xb8\xad'"#, "\u{4e2d}"), (#"b''"#, ""), (#"[b'\xff\xff', b'\xff']"#, "[\u{fffd}, \u{fffd}]"),
        ] {
            #expect(evaluated("'%s'.format([\(bytes)])").value == .string(text), "\(bytes)")
        }
    }

    @Test("case does not count for any letter of an orbit, and a negated class is negated after that")
    func caseOrbits() {
        for source in [
            #"'\u212a'.matches('(?i)^k$')"#, #"'\u00df'.matches('(?i)^\u1e9e$')"#, #"'\u1e9e'.matches('(?i)^\u00df$')"#,
            #"'\u03bc'.matches('(?i)^\u00b5$')"#, #"'\u00b5'.matches('(?i)^\u039c$')"#, #"'\u03b8'.matches('(?i)^\u03f4$')"#,
            #"'\u03d1'.matches('(?i)^\u0398$')"#, #"'\u01c5'.matches('(?i)^\u01c6$')"#, #"'\u01c4'.matches('(?i)^\u01c5$')"#,
            #"'\u1fbe'.matches('(?i)^\u0345$')"#, #"'\u1e9b'.matches('(?i)^\u1e60$')"#, #"'\u1c85'.matches('(?i)^\u0422$')"#,
            #"'\u1f88'.matches('(?i)^\u1f80$')"#, #"'\u2126'.matches('(?i)^[\u03c9]$')"#, #"'\u017f'.matches('(?i)^[a-z]$')"#,
            #"'\u017f'.matches('(?i)^\\w$')"#, #"'\u0442'.matches('(?i)^\\p{Lu}$')"#, #"!'k'.matches('(?i)^\\W$')"#,
            #"!'\u212a'.matches('(?i)^\\W$')"#, #"!'k'.matches('(?i)^[^\u212a]$')"#, #"!'\u0131'.matches('(?i)^i$')"#,
            #"!'\u0130'.matches('(?i)^i$')"#, #"!'\u212a'.matches('^k$')"#, #"'K'.matches('(?i)^[^a]$')"#,
            #"!'A'.matches('(?i)^\\P{Ll}$')"#, #"'3'.matches('(?i)^\\P{Ll}$')"#,
        ] {
            #expect(flag(source) == true, "\(source)")
        }
    }

    @Test("the fraction of a duration is exact, and what is below a nanosecond is cut off")
    func fractions() {
        for (text, nanoseconds) in [
            ("0.3333333333333h", Int64(1_199_999_999_999)), ("-0.3333333333333h", -1_199_999_999_999),
            ("0.00000000000027777777777777777777777777777778h", 1), ("0.00000000000027777777777777777777777777777777h", 0),
            ("0.1s", 100_000_000), ("1.5h", 5_400_000_000_000), ("0.016666666666m", 999_999_999),
            ("0.9ns", 0), ("1.0000000005s", 1_000_000_000), (".5h", 1_800_000_000_000), ("0.7us", 700),
            ("2562047.788015215h", 9_223_372_036_854_774_000), ("0.999999999999999999999999h", 3_599_999_999_999),
        ] {
            #expect(evaluated("duration('\(text)')").value == .duration(CELDuration(nanoseconds: nanoseconds)), "\(text)")
        }
    }

    @Test(
        "advice says how other languages' signs and words are written",
        arguments: [
            ("count = 1", "write == to compare"), ("count === 1", "write == to compare"), ("count =< 1", "write <="),
            ("count => 1", "write >="), ("count <> 1", "write != for <>"), ("count & 1", "write && for 'and'"),
            ("count > 1 and count < 3", "write && for 'and'"), ("count > 1 OR count < 3", "write || for 'or'"),
            ("not count", "write ! for 'not'"), ("not (count > 1)", "write ! for 'not'"),
            ("count not in [1]", "write !(… in …)"), ("count less than 3", "write < for 'less'"),
            ("count is less than or equal to 3", "write <= for 'is less'"), ("count at least 3", "write >= for 'at least'"),
            ("count is not 3", "write != for 'is not'"), ("count is 3", "write == for 'is'"),
            ("count no more than 3", "write <= for 'no more'"), ("if count > 1 then 2 else 3", "write CONDITION ? VALUE : OTHER"),
            ("count \u{2265} 1", "write >="), ("count \u{2264} 1", "write <="), ("count \u{2260} 1", "write !="),
            ("count \u{ff1c} 1", "write <"), ("count \u{2013} 1 > 0", "write -"), ("\u{201c}a\u{201d} == 'a'", "write ' or \""),
            ("count \u{ff1d} 1", "write =="), ("count\u{ff08}1\u{ff09}", "write ("),
            ("at - at > 7 days", "write duration('168h')"), ("at - at > 7d", "write duration('168h')"),
            ("at - at > 36 hours", "write duration('36h')"), ("at - at > 15min", "write duration('15m')"),
            ("at - at > 7 * duration('24h')", "write duration('168h')"),
            ("at - at > 7", "write a span of time as in duration('168h')"),
            ("at + 7 > at", "a time is moved by a duration, as in duration('168h')"),
            ("at > '2026-01-31'", "write a time as in timestamp('2026-01-31T09:00:00Z')"),
            ("at - at > duration('7d')", "write 168h"), ("True", "did you mean 'true'?"),
            ("count\u{a0}> 1", "it cannot be seen: delete it, and retype what stands around it"),
        ])
    func advice(source: String, advice: String) {
        let environment = Environment(variables: DiagnosticsTests.environment.variables, validatesLiterals: true)
        let error = #expect(throws: CELError.self) { try environment.compile(source) }
        #expect(error?.diagnostics.first?.suggestion == advice)
    }

    @Test("a character that is no part of the language is named by its code point")
    func characters() {
        for (source, message) in [
            ("1\u{a0}> 0", "the character U+00A0 (no-break space) has no meaning here"),
            ("1 >\u{200b}0", "the character U+200B (zero width space) has no meaning here"),
            ("1 > 0\u{feff}", "the character U+FEFF (zero width no-break space) has no meaning here"),
            ("\u{201c}a\u{201d}", "the character '\u{201c}' (U+201C, left double quotation mark) has no meaning here"),
            ("1 = 1", "the character '=' has no meaning here"),
        ] {
            let error = #expect(throws: CELError.self) { try Environment(variables: []).parse(source) }
            #expect(error?.diagnostics.first?.message == message)
        }
    }

    @Test("a text that is no time zone is refused where the environment asks for that, with the zone that is meant")
    func zones() throws {
        let environment = Environment(
            variables: DiagnosticsTests.environment.variables, constants: ["zone": .string("HKT")], validatesZones: true)
        for (source, advice) in [
            ("at.getHours('HKT') < 18", "did you mean 'Asia/Hong_Kong'?"),
            ("at.getDayOfWeek('Hong Kong') < 6", "did you mean 'Asia/Hong_Kong'?"),
            ("at.getHours('Asia/HongKong') < 18", "did you mean 'Asia/Hong_Kong'?"),
            ("at.getMonth('Europe/Pari') < 6", "did you mean 'Europe/Paris'?"),
            ("at.getHours(zone) < 18", "did you mean 'Asia/Hong_Kong'?"),
            (
                "at.getHours(count > 1 ? 'UTC' : 'Nowhere') < 18",
                "write a name of the IANA database, such as Asia/Hong_Kong, or an offset such as +08:00"
            ),
            (
                "at.getMinutes('+8') < 18",
                "write a name of the IANA database, such as Asia/Hong_Kong, or an offset such as +08:00"
            ),
        ] {
            let error = #expect(throws: CELError.self, "\(source)") { try environment.compile(source) }
            #expect(error?.diagnostics.map(\.code) == [.invalidLiteral], "\(source)")
            #expect(error?.diagnostics.first?.suggestion == advice, "\(source)")
        }
        for source in ["at.getHours('Asia/Hong_Kong')", "at.getHours('+08:00')", "at.getHours(names[0])", "at.getHours('UTC')"] {
            #expect(throws: Never.self, "\(source)") { try environment.compile(source) }
        }
    }
}
