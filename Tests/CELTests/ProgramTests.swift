import CEL
import CELFuzz
import Testing

@Suite("Programs")
struct ProgramTests {
    /// The specialised way and the general way agree on well-typed conditions, bool by bool.
    @Test func specializedConditionsAgreeWithTheGeneralWay() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = ExpressionGenerator(seed: seed)
        let environment = FuzzEnvironment.environment
        let activation = Activation(environment.slots)
        var compared = 0
        for _ in 0..<3_000 {
            let source = generator.condition()
            guard let program = try? environment.compile(source), program.resultType == .bool else { continue }
            FuzzEnvironment.fill(activation, &generator.random)
            let general = program.evaluateWithoutSpecialization(activation)
            do throws(EvaluationError) {
                let flag = try program.evaluateBool(activation)
                #expect(general.value == .bool(flag), "\(source), seed \(seed)")
            } catch {
                // Of several errors in one expression any may be reported.
                #expect(general.code != nil, "\(source) fails with \(error), seed \(seed)")
            }
            compared += 1
        }
        #expect(compared > 500)
    }

    private static func environment(counting calls: Counter) throws -> Environment {
        let count = FunctionDeclaration(name: "counted", parameters: [.int], result: .int) { values throws(EvaluationError) in
            calls.count += 1
            return values[0]
        }
        let plain = Environment(variables: [VariableDeclaration(name: "x", type: .int)], functions: [count])
        return plain.defining("named", as: try plain.check(plain.parse("counted(x) > 1")))
    }

    /// Counts calls on the one thread of a test.
    private final class Counter: @unchecked Sendable {
        // Unchecked: each test has its own and uses it on one thread.
        var count = 0
    }

    @Test func aNamedExpressionIsEvaluatedOnceUntilAVariableChanges() throws {
        let calls = Counter()
        let environment = try Self.environment(counting: calls)
        let programs = try ["named && named", "!named", "named ? 1 : 2"].map { try environment.compile($0) }
        let activation = Activation(environment.slots)
        activation[0] = .int(2)
        for program in programs { _ = try program.evaluate(activation) }
        #expect(calls.count == 1)
        activation[0] = .int(0)
        #expect(try programs[1].evaluateBool(activation))
        #expect(calls.count == 2)
        activation.reset()
        #expect(throws: EvaluationError.self) { try programs[0].evaluateBool(activation) }
    }

    @Test func anErrorOfANamedExpressionNamesIt() throws {
        let environment = try Self.environment(counting: Counter())
        let error = #expect(throws: EvaluationError.self) {
            try environment.compile("  named").evaluateBool(Activation(environment.slots))
        }
        #expect(error?.code == .unboundVariable)
        #expect(error?.description == "1:3: in 'named' (1:9: 'x' has no value)")
    }

    @Test func slotsReadAreThoseOfTheExpressionAndOfItsNames() throws {
        let plain = Environment(variables: [
            VariableDeclaration(name: "a", type: .int), VariableDeclaration(name: "b", type: .int),
            VariableDeclaration(name: "c", type: .int),
        ])
        let environment = plain.defining("named", as: try plain.check(plain.parse("c == 1")))
        #expect(try environment.compile("named && a == 1").slotsRead == [0, 2])
    }

    @Test func aRecordIsReadAsAWholeOnlyWhereItIsUsedAsAWhole() throws {
        let user = RecordType(
            name: "User", fields: ["id", "age", "name"].map { RecordType.Field(name: $0, type: .int) })
        let environment = Environment(
            variables: [VariableDeclaration(name: "user", type: .record("User"))], records: [user])
        for (source, slots) in [
            ("user.age == 1", [1]), ("has(user.id) || user.?name.hasValue()", [0, 2]), ("user == user", [0, 1, 2]),
            ("[user].exists(u, u.age == 1)", [0, 1, 2]),
        ] {
            #expect(
                try Program(environment.checkLeniently(environment.parse(source)), in: environment).slotsRead == slots,
                "\(source)")
        }
    }

    @Test func aTraceHoldsEverySubExpressionThatWasEvaluated() throws {
        let environment = Environment(variables: [
            VariableDeclaration(name: "a", type: .int), VariableDeclaration(name: "b", type: .bool),
        ])
        let program = try environment.compile("a > 1 || b")
        let activation = Activation(environment.slots)
        activation[0] = .int(1)
        let (result, steps) = program.trace(activation)
        #expect(result.code == .unboundVariable)
        #expect(steps.map(\.text) == ["a", "a > 1", "b", "a > 1 || b"])
        #expect(steps.map(\.result.value) == [.int(1), .bool(false), nil, nil])
        activation[0] = .int(2)
        #expect(program.trace(activation).steps.map(\.text) == ["a", "a > 1", "a > 1 || b"])
    }

    @Test func aRecordIsReadByItsFieldsAndAsAWhole() throws {
        let user = RecordType(
            name: "User", fields: [RecordType.Field(name: "id", type: .string), RecordType.Field(name: "age", type: .int)])
        let environment = Environment(variables: [VariableDeclaration(name: "user", type: .record("User"))], records: [user])
        let activation = Activation(environment.slots)
        let slot = try #require(environment.slots.slot(for: ["user", "id"]))
        activation[slot] = .string("u1")
        for condition in [
            "user.id == 'u1'", "has(user.id)", "!has(user.age)", "user.?age.orValue(7) == 7", "user == {'id': 'u1'}",
        ] {
            let program = Program(try environment.checkLeniently(environment.parse(condition)), in: environment)
            #expect(try program.evaluateBool(activation), "\(condition)")
        }
        #expect(throws: EvaluationError.self) { try environment.compile("user.age > 1").evaluateBool(activation) }
    }

    @Test func errorsAreAbsorbedOnEitherSide() {
        #expect(evaluated("1 / 0 == 1 || true").value == .bool(true))
        #expect(evaluated("true || 1 / 0 == 1").value == .bool(true))
        #expect(evaluated("false && 1 / 0 == 1").value == .bool(false))
        #expect(evaluated("1 / 0 == 1 && false").value == .bool(false))
        #expect(evaluated("1 / 0 == 1 || false").code == .divisionByZero)
        #expect(evaluated("[0, 1].exists(x, 1 / x == 1)").value == .bool(true))
        #expect(evaluated("[0, 1].all(x, 1 / x == 2)").value == .bool(false))
        #expect(evaluated("cel.bind(x, 1 / 0, true || x == 1)").value == .bool(true))
    }
}
