import CEL
import TestSupport
import Testing

@testable import EligibilityPolicy

/// What can be read as a policy, and is not what its author meant.
@Suite("A policy whose text means something else")
struct MeaningTests {
    private func problems(constants: String = "", variables: String = "", _ requirement: String) -> [Problem] {
        do throws(PolicyError) {
            _ = try Policy.load(
                ExamplePolicy.text(
                    constants: constants, variables: variables, rules: ExamplePolicy.rule("a", requirement)), file: "a.yaml")
            return []
        } catch {
            return error.problems
        }
    }

    /// Whether the text is taken from a log, where it may have been in force.
    private func isReadAsRecorded(constants: String = "", variables: String = "", _ requirement: String) -> Bool {
        let text = ExamplePolicy.text(
            constants: constants, variables: variables, rules: ExamplePolicy.rule("a", requirement))
        return (try? Policy.loadRecorded(text, file: "a.yaml")) != nil
    }

    // MARK: Tags

    private static let tagged = [
        "require: ! requester.hasTemporaryDevice", "require: !not requester.hasTemporaryDevice", "require: !!str consent.given",
        "require: ! \"consent.given\"", "require: !<tag:yaml.org,2002:str> consent.given", "require: !requester.hasDevice",
        "require: !requester.hasDevice || consent.given", "require: !consent.given && device.shareable",
        "require: !(consent.given || device.shareable)",
    ]

    private static func file(_ requirement: String) -> String {
        ExamplePolicy.text(
            rules: """
                  - id: a
                    title: {en: A, zh-Hant: 甲, zh-Hans: 甲}
                    \(requirement)
                    otherwise: reject
                    error: owner-consent-missing
                """)
    }

    @Test("is refused where a value begins as a YAML tag, with the advice to quote it", arguments: tagged)
    func tags(requirement: String) {
        let error = #expect(throws: PolicyError.self) { try Policy.load(Self.file(requirement), file: "a.yaml") }
        #expect(error?.problems.contains { $0.advice?.contains("double quotes") == true } == true, "\(String(describing: error))")
    }

    @Test("is refused where any other value has a tag, in cases and facts too")
    func tagsElsewhere() throws {
        let policy = Self.file("require: consent.given")
        for (plain, tagged) in [
            ("version: \"1\"", "version: !v \"1\""), ("rules:", "rules: !!seq"), ("{expiresAfter", "!p {expiresAfter"),
            ("- id: a", "- !rule\n    id: a"), ("otherwise:", "!key otherwise:"),
        ] {
            let text = policy.replacing(plain, with: tagged)
            #expect(text != policy)
            let error = #expect(throws: PolicyError.self, "\(tagged)") { try Policy.load(text, file: "a.yaml") }
            #expect(error?.description.contains("YAML tag") == true, "\(tagged): \(String(describing: error))")
        }
        let cases = try Files.policyText("device-sharing.tests.yaml")
        let wrong = cases.replacing("expect: ", with: "expect: !x ")
        #expect(wrong != cases)
        #expect(throws: PolicyError.self) { try PolicyTestSuite.load(wrong, file: "cases") }
        #expect(throws: PolicyError.self) { try Facts.load("device: !x D-1", file: "facts") }
    }

    @Test("is taken where '!' is no tag")
    func exclamations() throws {
        for requirement in [
            "require: \"!requester.hasTemporaryDevice\"", "require: '!requester.hasTemporaryDevice'",
            "require: |\n      !requester.hasTemporaryDevice", "require: >-\n      !requester.hasTemporaryDevice",
            "require: consent.given &&\n      !requester.hasTemporaryDevice",
            "require: \"consent.given &&\n      !requester.hasTemporaryDevice\" # ! this",
        ] {
            #expect(throws: Never.self, "\(requirement)") { try Policy.load(Self.file(requirement), file: "a.yaml") }
        }
    }

    // MARK: What cannot be evaluated

    @Test(
        "is refused where an expression can never be evaluated",
        arguments: [
            "device.sharedWith / 0 < 1", "device.sharedWith % 0 == 1", "device.sharedWith / (3 - 3) < 1",
            "device.kind == 'app' || 1 / 0 > 1", "consent.given || device.level % zero == 1", "int(requester.id) > 5",
            "device.sharedWith > 1000 || int(requester.id) > 5", "double(owner.entity) > 1.0",
            "timestamp(consent.method) < request.decidedAt", "request.decidedAt - device.activatedAt > duration(device.id)",
            "[1, 2][5] == 1", "{'a': 1}['b'] == 1", "number > 3", "int('12a') < device.level",
            "requester.deviceKinds[-1] == 'pad'", "9223372036854775807 + device.level > 1", "requester.id.charAt(100) == 'a'",
            "request.submittedAt.getHours(requester.id) < 18", "requester.id.matches(device.id + '(')",
        ])
    func unevaluable(requirement: String) {
        let (constants, variables) = ("{zero: 0}", "{number: int(requester.id)}")
        let used = requirement.contains("number")
        let problems = problems(constants: constants, variables: used ? variables : "", requirement)
        #expect(problems.count == 1 && problems.first?.message.contains("always fails") == true, "\(problems)")
        #expect(isReadAsRecorded(constants: constants, variables: used ? variables : "", requirement))
    }

    @Test("is refused where a zone is none, and taken from a log all the same")
    func zones() {
        for zone in ["HKT", "Hong Kong", "Asia/HongKong", "+8"] {
            let requirement = "request.submittedAt.getHours('\(zone)') < 18"
            #expect(problems(requirement).first?.message == "'\(zone)' is not a time zone")
            #expect(isReadAsRecorded(requirement))
        }
        #expect(problems(constants: "{zone: \"'HKT'\"}", "request.submittedAt.getHours(zone) < 18").count == 1)
    }

    @Test(
        "is taken where an expression fails only now and then, or not where it is guarded",
        arguments: [
            "10 / device.sharedWith >= 2", "requester.deviceKinds[0] == 'pad'",
            "requester.id.matches('^[0-9]+$') && int(requester.id) > 5",
            "requester.id.startsWith('U') && int(requester.id.substring(1)) > 5", "int(requester.id.substring(1)) > 5",
            "owner.id.substring(0, 8) != 'internal'", "requester.id.split('-').size() > 1",
            "{'pad': 1, 'card': 2}[device.kind] > 1",
            "device.kind in {'pad': 1} && {'pad': 1}[device.kind] > 0", "requester.deviceKinds[2] == 'pad'",
            "request.submittedAt.getHours('Asia/Hong_Kong') < 18", "device.level * 2 + 1 > request.highestLevel / 2",
        ])
    func evaluable(requirement: String) {
        #expect(problems(requirement).map(\.description) == [])
    }

    @Test("says what to do about the conversion of a text that need not be a number")
    func conversionAdvice() {
        let problem = problems("int(requester.id) > 5").first
        #expect(problem?.message.hasPrefix("what a rule requires cannot be evaluated: 'int(requester.id)' always fails") == true)
        #expect(problem?.advice == "Convert a text only where it can be converted, as in x.matches('^[0-9]+$') && int(x) > 5.")
    }

    // MARK: Values that no fact has

    @Test(
        "is refused where a fact of few values is compared with a text that it never is",
        arguments: [
            ("device.kind != 'padd'", "padd"), ("'padd' == device.kind", "padd"), ("device.kind in ['pad', 'crad']", "crad"),
            ("!('crad' in requester.deviceKinds)", "crad"), ("!owner.deviceKinds.exists(k, k == 'crad')", "crad"),
            ("owner.deviceKinds.all(k, k != 'crad')", "crad"), ("owner.deviceKinds.all(k, !(k in ['crad']))", "crad"),
            ("requester.deviceKinds + owner.deviceKinds != ['crad']", "crad"),
            ("owner.deviceKinds.filter(k, k != 'crad').size() < 3", "crad"),
            ("requester.entityKind != 'organisation'", "organisation"), ("owner.entityKind != 'person'", "person"),
            ("identity.document != 'mismatched'", "mismatched"), ("!(identity.residence in ['differs'])", "differs"),
            ("!identity.mismatches.exists(m, m == 'birthday')", "birthday"), ("!('passport' in identity.missing)", "passport"),
            ("!identity.mismatches.exists_one(m, m == 'dateOfBirth')", "dateOfBirth"),
            ("!(device.kind in strong)", "crad"), ("mine != 'crad'", "crad"), ("device.kind != only", "crad"),
            ("!strong.exists(k, k == device.kind)", "crad"), ("device.kind != (consent.given ? 'pad' : 'crad')", "crad"),
            ("device.kind.lowerAscii() != 'crad'", "crad"), ("owner.deviceKinds[0] != 'crad'", "crad"),
            ("cel.bind(k, device.kind, k != 'crad')", "crad"), ("!(device.kind in {'crad': 1})", "crad"),
            ("device.kind != 'pad\u{200b}'", "pad<U+200B (zero width space)>"), ("device.kind != 'PAD'", "PAD"),
        ])
    func misspelt(requirement: String, text: String) {
        let constants = "{strong: \"['pad', 'crad']\", only: \"'crad'\"}"
        let found = problems(constants: constants, variables: "{mine: device.kind}", requirement)
        #expect(found.contains { $0.message.contains("'\(text)'") }, "\(found)")
        #expect(found.allSatisfy { $0.advice != nil })
        #expect(isReadAsRecorded(constants: constants, variables: "{mine: device.kind}", requirement))
    }

    @Test("says what may have been meant")
    func suggestions() {
        #expect(problems("device.kind != 'crad'").first?.advice?.hasPrefix("Did you mean 'card'?") == true)
        #expect(problems("owner.entityKind != 'organisation'").contains { $0.advice == "Did you mean 'organization'?" })
        #expect(problems("device.kind != 'token'").first?.advice?.contains("retired: true") == true)
    }

    @Test(
        "is taken where the fact can have the value, or where only a part of it is looked at",
        arguments: [
            "device.kind != 'pad'", "device.kind != ''", "device.kind.startsWith('pa')", "device.kind.contains('ar')",
            "identity.mismatches.exists(m, m == 'date-of-birth')", "identity.document != 'missing'", "consent.method != 'sms'",
            "requester.id != 'padd'", "device.kind.matches('^p')", "requester.deviceKinds.exists(k, k == device.kind)",
            "['x', 'y'].exists(k, k == requester.id)", "device.kind + 'x' != 'padx'", "device.kind < 'q'",
        ])
    func spelt(requirement: String) { #expect(problems(requirement).map(\.description) == []) }

    @Test("may name a kind of former days that is still in the catalogue, and is shared no more")
    func retired() throws {
        let title = "title: {en: Old, zh-Hant: 舊, zh-Hans: 旧}"
        let text = ExamplePolicy.text(rules: ExamplePolicy.rule("a", "device.kind != 'old'"))
        func adding(_ kind: String) -> String {
            text.replacing("rules:\n", with: "  - {id: old, \(title), level: 12, \(kind)}\nrules:\n")
        }
        let kind = try Policy.load(adding("retired: true"), file: "a").catalog["old"]
        #expect(kind?.isRetired == true && kind?.isShareable == false)
        #expect(try Policy.load(adding("physical: true"), file: "a").catalog["old"]?.isRetired == false)
        let changes = PolicyDiff.changes(
            try Policy.load(adding("shareable: false"), file: "a"), try Policy.load(adding("retired: true"), file: "b"))
        #expect(changes.map(\.description) == ["changed  kind of device old\n    retired: no → yes"])
        let error = #expect(throws: PolicyError.self) {
            try Policy.load(adding("retired: true, shareable: true"), file: "a")
        }
        #expect(error?.problems.map(\.message) == ["a retired kind is not shared"])
    }

    // MARK: Texts from elsewhere

    @Test("is refused where a text holds what cannot be seen, unless it is written as an escape")
    func invisible() {
        let problem = problems("consent.method != 'sms\u{a0}'").first
        #expect(problem?.message == "the text holds the character U+00A0 (no-break space), which cannot be seen")
        #expect(problem?.advice == "Retype it, or write \\u00a0 where it is meant.")
        #expect(problems("consent.method != r'a\u{2060}'").count == 1)
        #expect(problems("consent.given\u{a0}&& device.shareable").first?.message.contains("U+00A0") == true)
        #expect(problems("consent.method != 'a\\\\u00a0'").map(\.description) == [])
        #expect(isReadAsRecorded("consent.method != 'sms\u{a0}'"))
    }

    @Test("is refused where quotation marks or digits of another keyboard would be part of a value")
    func typography() {
        let text = Self.file("require: consent.given")
        for (plain, other) in [
            ("version: \"1\"", "version: \u{201c}1\u{201d}"), ("version: \"1\"", "version: \u{2018}1\u{2019}"),
            ("version: \"1\"", "version: \u{ff11}"), ("version: \"1\"", "version: 1\u{a0}"),
            ("name: example", "name: \u{201c}example\u{201d}"),
            ("expiresAfter: 24h", "expiresAfter: \u{201c}24h\u{201d}"), ("level: 10", "level: \u{ff11}\u{ff10}"),
            ("physical: false", "physical: \u{201c}false\u{201d}"), ("otherwise: reject", "otherwise: \u{201c}reject\u{201d}"),
            ("otherwise: reject", "otherwise:\u{a0}reject"), ("    error: owner", "   \u{a0}error: owner"),
            ("error: owner-consent-missing", "error: \u{2018}owner-consent-missing\u{2019}"),
        ] {
            let wrong = text.replacing(plain, with: other)
            #expect(wrong != text, "\(plain)")
            let error = #expect(throws: PolicyError.self, "\(other)") { try Policy.load(wrong, file: "a.yaml") }
            let advice = error?.problems.compactMap(\.advice).joined(separator: "\n") ?? ""
            #expect(advice.contains("quotation marks") || advice.lowercased().contains("retype"), "\(other): \(advice)")
        }
        #expect((try? Policy.loadRecorded(text.replacing("\"1\"", with: "\u{201c}1\u{201d}"), file: "a.yaml")) != nil)
    }

    @Test("says how a list or a map of YAML is written as an expression")
    func lists() {
        for (value, advice) in [
            ("[\"2026-12-25\", '2027-01-01']", "\"['2026-12-25', '2027-01-01']\""), ("[1, 2]", "\"[1, 2]\""),
            ("{pad: 3, card: x}", "\"{'pad': 3, 'card': 'x'}\""), ("[[1]]", "\"['FIRST', 'SECOND']\""),
        ] {
            let problem = problems(constants: "{holidays: \(value)}", "consent.given").first
            #expect(problem?.message.contains("must be an expression, not a") == true)
            #expect(problem?.advice?.contains(advice) == true, "\(problem?.advice ?? "")")
        }
    }

    @Test("says what to do about a line at which a file stops being YAML")
    func unreadable() {
        let text = Self.file("require: consent.given")
        for (plain, other, advice) in [
            ("require: consent.given", "require: @consent.given", "begins with '@'"),
            ("require: consent.given", "require: > 3", "begins with '>'"),
            ("require: consent.given", "require: consent.given ? a : b: c", "a colon and a blank"),
            ("    otherwise: reject", "    otherwise\u{ff1a} reject", "which is not ':'"),
            ("  - id: a", "  \u{2013} id: a", "which is not '-'"),
            ("    otherwise: reject", "\totherwise: reject", "takes no tabs"),
        ] {
            let wrong = text.replacing(plain, with: other)
            #expect(wrong != text, "\(plain)")
            let error = #expect(throws: PolicyError.self, "\(other)") { try Policy.load(wrong, file: "a.yaml") }
            #expect(
                error?.problems.contains { $0.advice?.contains(advice) == true } == true, "\(other): \(String(describing: error))"
            )
        }
    }

    @Test("of another edition of the expression language is read from a log")
    func editions() {
        for requirement in [#"consent.method != r'\\''"#, #"consent.method != '\\uD83D\\uDE03'"#] {
            #expect(problems(requirement).count == 1, "\(requirement)")
            #expect(isReadAsRecorded(requirement), "\(requirement)")
        }
    }

    // MARK: What was in force

    @Test("decides as it did where it was in force before it would be refused")
    func recorded() throws {
        let sampler = FactsSampler(seed: 1, policies: [try Files.defaultPolicy()])
        let inverted = try Policy.loadRecorded(Self.file("require: ! consent.given"), file: "log")
        #expect(inverted.evaluate(sampler.plain).outcome == .approve)
        let broken = try Policy.loadRecorded(Self.file("require: request.submittedAt.getHours('HKT') < 18"), file: "log")
        let decision = broken.evaluate(sampler.plain)
        #expect(decision.outcome == .reject)
        #expect(decision.rulesFailedToEvaluate == ["a"])
        #expect(decision.rulings.map(\.finding) == [.failedToEvaluate])
        // A log cannot hold a rule that is never met, but what is refused for it tomorrow may be in it today.
        #expect(throws: Never.self) { try Policy.loadRecorded(Self.file("require: device.level < 0"), file: "log") }
    }
}
