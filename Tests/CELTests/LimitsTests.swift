import CEL
import Foundation
import Testing

/// A hostile expression is refused with an error that names the limit; it neither hangs nor overflows the stack.
@Suite("Limits")
struct LimitsTests {
    static let deep: [String] = [
        String(repeating: "(", count: 50_000) + "1" + String(repeating: ")", count: 10_000),
        String(repeating: "[", count: 60_000),
        String(repeating: "[", count: 400) + String(repeating: "]", count: 400),
        String(repeating: "!", count: 60_000) + "true",
        String(repeating: "-", count: 60_000) + "x",
        "1" + String(repeating: " + 1", count: 10_000),
        "true" + String(repeating: " ? true : true", count: 4_000),
        "{" + String(repeating: "'a': {", count: 8_000),
        "x" + String(repeating: ".a", count: 20_000),
        "x" + String(repeating: "[0]", count: 15_000),
        String(repeating: "size(", count: 10_000),
        "[1]" + String(repeating: ".map(x, x)", count: 5_000),
        String(repeating: "[1].map(x, ", count: 3_000) + "x" + String(repeating: ")", count: 3_000),
        String(repeating: "cel.bind(x, [", count: 2_000) + "1" + String(repeating: "], x)", count: 2_000),
    ]

    @Test("Nesting beyond the limit is refused on a small stack", arguments: deep)
    func deepNestingIsRefused(_ source: String) async {
        let error = await onSmallStack { () -> CELError? in
            do throws(CELError) {
                _ = try Environment(variables: [VariableDeclaration(name: "x", type: .dyn)]).compile(source)
                return nil
            } catch {
                return error
            }
        }
        #expect(error?.diagnostics.contains { $0.code == .limitExceeded } == true, "\(String(describing: error))")
    }

    /// As deep as the limits allow.
    static let deepest: [String] = [
        String(repeating: "[", count: 63) + "1" + String(repeating: "]", count: 63),
        String(repeating: "(", count: 63) + "1" + String(repeating: ")", count: 63),
        "1" + String(repeating: " + 1", count: 198),
        String(repeating: "!", count: 198) + "true",
        "true" + String(repeating: " ? true : true", count: 62),
        "dyn({'a': 1})" + String(repeating: ".?a", count: 190),
        "[1]" + String(repeating: ".map(x, x)", count: 195),
        String(repeating: "[1].map(x, ", count: 62) + "1" + String(repeating: ")", count: 62),
        "cel.block([[1], " + (1..<90).map { "[cel.index(\($0 - 1))]" }.joined(separator: ", ")
            + "], cel.index(89) == cel.index(89))",
    ]

    /// Everything that recurses over an expression.
    @Sendable
    private static func work(on source: String) -> EvaluationError.Code? {
        let environment = Environment(variables: [])
        let result = evaluated(source, in: environment)
        if let value = result.value { _ = (value.description, value.hashValue, value == value) }
        if let checked = try? environment.checkLeniently(environment.parse(source)) {
            let activation = Activation(environment.slots)
            let program = Program(checked, in: environment)
            _ = program.evaluateWithoutSpecialization(activation)
            _ = program.trace(activation)
            _ = checked.parsed.root.sourceText
        }
        return result.code
    }

    /// Where frames are large, as they are without optimisation and in code that tests may look into, some of it is refused.
    private static let allowed: Set<EvaluationError.Code?> = [nil, .noMatchingOverload, .limitExceeded]

    @Test("Nesting up to the limit is evaluated or refused on a small stack, and ends no process", arguments: deepest)
    func deepestNestingFitsASmallStack(_ source: String) async {
        let code = await onSmallStack { Self.work(on: source) }
        #expect(Self.allowed.contains(code))
    }

    @Test func definitionsThatMultiplyAreOneEvaluationEach() throws {
        var environment = Environment(variables: [VariableDeclaration(name: "x", type: .int)])
        environment = environment.defining("n0", as: try environment.check(environment.parse("x")))
        for level in 1..<60 {
            let text = "n\(level - 1) % 7 + n\(level - 1) % 5"
            environment = environment.defining("n\(level)", as: try environment.check(environment.parse(text)))
        }
        let program = try environment.compile("n59 + n59")
        let activation = Activation(environment.slots)
        activation[0] = .int(3)
        #expect(try program.evaluate(activation).type == .int)
        #expect(program.slotsRead == [0])
    }

    @Test func definitionsInALongChainAreRefused() throws {
        var environment = Environment(variables: [VariableDeclaration(name: "x", type: .int)])
        environment = environment.defining("n0", as: try environment.check(environment.parse("x")))
        var refused: CELError?
        for level in 1..<1_000 where refused == nil {
            do throws(CELError) {
                environment = environment.defining("n\(level)", as: try environment.check(environment.parse("n\(level - 1) + 1")))
            } catch {
                refused = error
            }
        }
        #expect(refused?.diagnostics.first?.code == .limitExceeded)
    }

    // MARK: At run

    @Test(
        "Growth is refused",
        arguments: [
            // Doubling.
            (0..<40).reduce("'0123456789'") { text, level in "cel.bind(v\(level), \(text), v\(level) + v\(level))" },
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
                + String(repeating: ".map(e, 'xxxxxxxxxxxxxxxxxxxx').join('yyyyyyyyyy').split('')", count: 9),
            "'\(String(repeating: "a", count: 2_000))'.replace('', '\(String(repeating: "b", count: 2_000))')",
            // A list that holds itself twice, again and again, is short in memory and endless as text.
            (0..<60).reduce("[0]") { text, level in "cel.bind(v\(level), \(text), [v\(level), v\(level)])" } + " == [0] ? 1 : 2",
            "'%s'.format([" + (0..<60).reduce("[0]") { text, level in "cel.bind(v\(level), \(text), [v\(level), v\(level)])" }
                + "])",
            "cel.bind(v, " + (0..<60).reduce("[0]") { text, level in "cel.bind(v\(level), \(text), [v\(level), v\(level)])" }
                + ", v == v)",
            // Nested comprehensions.
            "[0,1,2,3,4,5,6,7,8,9]" + String(repeating: ".map(e, [0,1,2,3,4,5,6,7,8,9])", count: 1)
                + String(repeating: ".all(a, [0,1,2,3,4,5,6,7,8,9]", count: 7) + ".all(z, true"
                + String(repeating: ")", count: 8),
            "'%.1000f%.1000f%.1000f'.format([1.0, 1.0, 1.0]).size() > 0 && '%.9999999999f'.format([1.0]) == ''",
        ])
    func growthIsRefused(_ source: String) async {
        // Measured on the thread itself: to come back from it may take long beside other tests.
        let (result, time) = await onSmallStack {
            let start = ContinuousClock.now
            let result = evaluated(source)
            return (result, ContinuousClock.now - start)
        }
        // Two of them are refused by a cheaper check, or need so little that they end.
        #expect(result.code == .limitExceeded || result.code == .invalidArgument || result.value == .int(2), "\(result)")
        #expect(time < .seconds(30))
    }

    @Test func aTextThatIsEndlessIsCutOff() {
        let source = (0..<60).reduce("[0]") { text, level in "cel.bind(v\(level), \(text), [v\(level), v\(level)])" }
        let result = evaluated(source)
        #expect(result.value?.description.utf8.count ?? 0 < 2_000_000)
    }

    @Test(
        "A regular expression takes time linear in the text",
        arguments: [
            "(a+)+$", "(a|a)*b", "(a*)*b", "(.*)*x", "(a?){100}a{100}b", "([a-z]+)*[A-Z]", "(x+x+)+y",
        ])
    func catastrophicPatternsAreLinear(_ pattern: String) {
        func steps(_ size: Int) -> Duration {
            let text = String(repeating: "a", count: size) + "!"
            return ContinuousClock().measure { _ = evaluated("'\(text)'.matches('\(pattern)')") }
        }
        // Exponential time would not end at all.
        #expect(steps(2_000) < .seconds(20))
    }

    @Test func patternsAreLimited() {
        #expect(evaluated("'a'.matches('\(String(repeating: "a", count: 1_001))')").code == .limitExceeded)
        #expect(evaluated("'a'.matches('((((((((((x{10}){10}){10}){10}){10}){10}){10}){10}){10})')").code == .invalidArgument)
        #expect(evaluated("'a'.matches('(abcdefghij){1000}(abcdefghij){1000}')").code == .limitExceeded)
        #expect(evaluated("'a'.matches('\(String(repeating: "(", count: 400))')").code == .limitExceeded)
    }

    @Test func anExceededLimitIsNotAbsorbed() {
        var limits = Limits()
        limits.comprehensionIterations = 10
        #expect(evaluated("[1,2,3,4,5,6].all(a, [1,2,3].all(b, true)) || true", limits).code == .limitExceeded)
        #expect(evaluated("true || [1,2,3,4,5,6].all(a, [1,2,3].all(b, true))", limits).value == .bool(true))
    }

    // MARK: Cost

    @Test func theWorstCaseIsRefusedBeforeItRuns() throws {
        var limits = Limits()
        limits.worstCaseCost = 10_000
        let environment = Environment(variables: [VariableDeclaration(name: "l", type: .list(.int))], limits: limits)
        #expect(throws: Never.self) { try environment.compile("l.all(a, a > 0)") }
        #expect(throws: CELError.self) { try environment.compile("l.all(a, l.all(b, l.all(c, a < b + c)))") }
    }

    @Test(
        "The worst case grows with what is in it",
        arguments: [
            ("1", "1 + 1"), ("x", "x && x"), ("x ? x : x", "x ? x && x : x"), ("l.all(a, a > 0)", "l.all(a, a > 0 && a < 9)"),
            ("l.all(a, a > 0)", "l.all(a, l.exists(b, a == b))"), ("s == s", "s + s == s"),
            ("s.matches('a')", "s.matches('abcdef')"),
            ("[1, 2].all(a, true)", "[1, 2, 3].all(a, true)"), ("l.map(a, a)", "l.map(a, a + 1)"),
        ])
    func costIsMonotonous(_ cheaper: String, _ dearer: String) throws {
        let environment = Environment(variables: [
            VariableDeclaration(name: "x", type: .bool), VariableDeclaration(name: "l", type: .list(.int)),
            VariableDeclaration(name: "s", type: .string),
        ])
        let costs = try [cheaper, dearer].map { try environment.check(environment.parse($0)).worstCaseCost }
        #expect(costs[0] < costs[1])
    }
}
