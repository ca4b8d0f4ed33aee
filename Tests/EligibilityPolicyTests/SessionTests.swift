import Canonical
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("The requester's session")
struct SessionTests {
    private static func outcome(_ requirement: String, _ session: SessionFacts?) throws -> Outcome {
        var facts = ExamplePolicy.plainFacts
        facts.session = session
        return try ExamplePolicy.load(rules: [ExamplePolicy.rule("a", requirement)]).evaluate(facts).outcome
    }

    private static func session(_ methods: [AuthenticationMethod], level: Int = 2, before span: Duration = .zero) -> SessionFacts
    {
        SessionFacts(
            methods: methods, level: level, authenticatedAt: ExamplePolicy.plainFacts.submittedAt.advanced(by: .zero - span))
    }

    @Test("is a fact of rules: its methods, its level, when it began")
    func facts() throws {
        let rule = "session.methods.exists(m, m in ['hwk', 'sc']) && session.level >= 2"
        #expect(try Self.outcome(rule, Self.session([.pwd, .hwk])) == .approve)
        #expect(try Self.outcome(rule, Self.session([.pwd, .otp])) == .reject)
        #expect(try Self.outcome(rule, Self.session([.hwk], level: 1)) == .reject)
        let fresh = "request.submittedAt - session.authenticatedAt <= duration('15m')"
        #expect(try Self.outcome(fresh, Self.session([.pwd], before: .seconds(900))) == .approve)
        #expect(try Self.outcome(fresh, Self.session([.pwd], before: .seconds(901))) == .reject)
    }

    @Test("that the portal does not tell has no method, level 0, and began in 1970")
    func untold() throws {
        let rule =
            "!session.given && session.methods == [] && session.level == 0 && session.authenticatedAt == timestamp('1970-01-01T00:00:00Z')"
        #expect(try Self.outcome(rule, nil) == .approve)
        #expect(try Self.outcome(rule, Self.session([])) == .reject)
    }

    @Test("has each method once, in the order of their names")
    func sorted() {
        #expect(Self.session([.sms, .pwd, .sms]).methods == [.pwd, .sms])
    }

    @Test("has the methods of RFC 8176, section 2, and a misspelt one is found")
    func methods() throws {
        #expect(AuthenticationMethod.allCases.count == 20)
        let error = try #require(throws: PolicyError.self) { try Self.outcome("'pwdd' in session.methods", nil) }
        #expect("\(error)".contains("RFC 8176 has no method of authentication 'pwdd'"), "\(error)")
        #expect("\(error)".contains("Did you mean 'pwd'?"), "\(error)")
    }
}
