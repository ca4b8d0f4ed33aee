import CEL
import Testing

/// What the author of an expression reads when it is wrong, to the letter.
@Suite("Diagnostics")
struct DiagnosticsTests {
    static let environment = Environment(
        variables: [
            VariableDeclaration(name: "requester", type: .record("User")), VariableDeclaration(name: "count", type: .int),
            VariableDeclaration(name: "at", type: .timestamp), VariableDeclaration(name: "names", type: .list(.string)),
        ],
        records: [
            RecordType(
                name: "User",
                fields: [
                    RecordType.Field(name: "entity", type: .string), RecordType.Field(name: "registeredAt", type: .timestamp),
                ])
        ])

    static let golden: [(source: String, message: String)] = [
        (
            "requester.entty == 'a'",
            """
            1:11: undefined field 'entty' of User (did you mean 'entity'?)
             | requester.entty == 'a'
             |           ^
            """
        ),
        (
            "cuont > 1",
            """
            1:1: undeclared reference to 'cuont' (did you mean 'count'?)
             | cuont > 1
             | ^
            """
        ),
        (
            "count >\n  'a'",
            """
            1:7: no matching overload for '_>_' applied to (int, string)
             | count >
             |       ^
            """
        ),
        (
            "count + 1.5",
            """
            1:7: no matching overload for '_+_' applied to (int, double) (convert one of them, as in int(…))
             | count + 1.5
             |       ^
            """
        ),
        (
            "requester.entity.startWith('a')",
            """
            1:18: undeclared function 'startWith' (did you mean 'startsWith'?)
             | requester.entity.startWith('a')
             |                  ^
            """
        ),
        (
            "count ? 1 : 2",
            """
            1:1: the condition must be bool, not int
             | count ? 1 : 2
             | ^
            """
        ),
        (
            "true ? 1 : 'a'",
            """
            1:12: both branches of a condition must have one type, not int and string (wrap them in dyn() if that is meant)
             | true ? 1 : 'a'
             |            ^
            """
        ),
        (
            "(count + 1",
            """
            1:11: expected ')', found the end
             | (count + 1
             |           ^
            """
        ),
        (
            "'abc",
            """
            1:1: the string that begins here has no end
             | 'abc
             | ^
            """
        ),
        (
            "\t'é' + '\\q'",
            """
            1:9: this escape sequence has no meaning
             | \t'é' + '\\q'
             | \t       ^
            """
        ),
        (
            "count.all(x, x)",
            """
            1:1: 'all' needs a list or a map, not int
             | count.all(x, x)
             | ^
            """
        ),
    ]

    @Test(arguments: golden)
    func saysWhatIsWrongAndWhere(_ source: String, _ message: String) {
        let error = #expect(throws: CELError.self) { try Self.environment.compile(source) }
        #expect(error?.description == message)
    }

    @Test func everythingThatIsWrongIsSaidAtOnce() {
        let source = """
            requester.entty == 'a' &&
              cuont > 1 &&
              names.exists(n, n.size() > 'x') &&
              at + 5 > at
            """
        let error = #expect(throws: CELError.self) { try Self.environment.compile(source) }
        #expect(error?.diagnostics.map(\.line) == [1, 2, 3, 4])
        #expect(
            error?.diagnostics.map(\.code) == [.undefinedField, .undeclaredReference, .noMatchingOverload, .noMatchingOverload])
    }

    @Test func aConstantThatIsWrongIsRefusedWhereTheEnvironmentAsksForThat() throws {
        let strict = Environment(
            variables: Self.environment.variables, records: Array(Self.environment.records.values),
            constants: ["pattern": .string("a(")], validatesLiterals: true)
        for (source, column) in [
            ("requester.entity.matches('(a')", 26), ("matches(requester.entity, '[a')", 27),
            ("requester.entity.matches(pattern)", 26),
            ("at - timestamp('2026-01-01') > duration('1s')", 16), ("at - at > duration('3d')", 20),
        ] {
            let error = #expect(throws: CELError.self, "\(source)") { try strict.compile(source) }
            #expect(error?.diagnostics.map(\.code) == [.invalidLiteral], "\(source)")
            #expect(error?.diagnostics.map(\.column) == [column], "\(source)")
            // The language itself leaves it to the evaluation, which another operand may decide.
            guard !source.contains("pattern") else { continue }
            #expect(try Self.environment.compile("true || \(source)").evaluateBool(Activation(Self.environment.slots)))
        }
        for source in [
            "requester.entity.matches('a|b')", "at - at > duration('1h30m')", "requester.entity.matches(names[0])",
        ] {
            #expect(throws: Never.self, "\(source)") { try strict.compile(source) }
        }
    }

    @Test func errorsOfEvaluationSayWhere() throws {
        let program = try Self.environment.compile("count > 0 &&\n  10 / (count - count) > 1")
        let activation = Activation(Self.environment.slots)
        for (slot, leaf) in Self.environment.slots.leaves.enumerated() where leaf.path == "count" { activation[slot] = .int(1) }
        let error = #expect(throws: EvaluationError.self) { try program.evaluateBool(activation) }
        #expect(error?.description == "2:6: division by zero")
    }
}
