import EligibilityPolicy
import Testing

@testable import PolicyProof

/// Pairs of requirements, and how the second decides beside the first.
@Suite("What the comparison understands")
struct ProofFragmentTests {
    private static let pairs: [(String, String, PolicyComparison.Verdict)] = [
        // Connectives and conditionals.
        ("consent.given && device.sharedWith < 3", "device.sharedWith < 3 && consent.given", .equal),
        ("consent.given ? device.sharedWith < 3 : false", "consent.given && device.sharedWith < 3", .equal),
        ("!(consent.given || device.sharedWith < 3)", "!consent.given && device.sharedWith >= 3", .equal),
        ("device.sharedWith < 3", "device.sharedWith < 3 || (consent.given && device.sharedWith == 7)", .looser),
        // Whole numbers.
        ("device.sharedWith * 2 < 7", "device.sharedWith <= 3", .equal),
        ("device.sharedWith < 2000000", "device.sharedWith < 3000000", .looser),
        ("device.sharedWith % 3 != 1", "device.sharedWith % 3 != 1 && device.sharedWith != 1000", .equal),
        ("double(device.sharedWith) < 40.5", "device.sharedWith <= 40", .equal),
        ("device.level >= request.highestLevel", "device.level > request.highestLevel - 1", .equal),
        ("device.level >= 15", "device.level >= 20", .stricter),
        // Spans, also in units.
        (
            "(request.decidedAt - device.activatedAt).getHours() >= 168",
            "request.decidedAt - device.activatedAt >= duration('168h')", .equal
        ),
        (
            "(request.decidedAt - device.activatedAt).getHours() / 24 >= 7",
            "(request.decidedAt - device.activatedAt).getMinutes() >= 10080", .equal
        ),
        (
            "request.decidedAt - device.activatedAt >= duration('168h')",
            "request.decidedAt - device.activatedAt >= duration('168h1s')", .stricter
        ),
        (
            "request.decidedAt - request.submittedAt <= duration('24h')",
            // What is submitted on the last day of the calendar has no day after it.
            "request.submittedAt + duration('1440m') >= request.decidedAt", .stricter
        ),
        (
            "request.decidedAt - request.submittedAt <= duration('24h')",
            "!(request.decidedAt - request.submittedAt >= duration('86400.000001s')) && (request.decidedAt - request.submittedAt).getHours() >= 0",
            .equal
        ),
        // Parts of the calendar.
        // Hong Kong kept other hours before 1979: there are facts for both directions, too far away for one of the searches.
        ("request.submittedAt.getHours('Asia/Hong_Kong') < 18", "request.submittedAt.getHours('+08:00') < 18", .undecided),
        ("request.submittedAt.getHours('Asia/Hong_Kong') < 18", "request.submittedAt.getHours('Asia/Hong_Kong') < 17", .stricter),
        ("request.submittedAt.getMonth() != 1 || request.submittedAt.getDate() != 30", "requester.id != owner.id", .equal),
        (
            "request.submittedAt.getDayOfWeek('Europe/Berlin') in [1, 2, 3, 4, 5]",
            "request.submittedAt.getDayOfWeek('Europe/Berlin') in [1, 2, 3, 4]", .stricter
        ),
        ("request.submittedAt.getFullYear() < 2030", "request.submittedAt < timestamp('2030-01-01T00:00:00Z')", .equal),
        (
            "request.submittedAt.getHours() * 60 + request.submittedAt.getMinutes() < 1080",
            "request.submittedAt.getHours() * 60 + request.submittedAt.getMinutes() < 1081", .looser
        ),
        // Texts.
        ("requester.id in ['a', 'b']", "requester.id == 'b' || requester.id == 'a'", .equal),
        ("requester.id.startsWith('test-')", "requester.id.matches('^test-')", .equal),
        ("requester.id.startsWith('test-')", "requester.id.startsWith('test')", .looser),
        ("requester.id.contains('ab') && requester.id.size() < 4", "requester.id.contains('ab')", .looser),
        ("requester.id != owner.id", "requester.id != owner.id || consent.given", .equal),
        ("requester.entity == owner.entity", "requester.entity == owner.entity || owner.entity == 'E-9'", .looser),
        // Lists of devices.
        ("owner.deviceKinds.size() <= 20", "owner.deviceKinds.size() <= 21", .looser),
        ("'pad' in owner.deviceKinds", "owner.deviceKinds.exists(kind, kind == 'pad')", .equal),
        ("owner.deviceKinds.filter(kind, kind == 'pad').size() < 3", "owner.deviceKinds.size() < 3", .stricter),
        ("!owner.hasTemporaryDevice", "!('code' in owner.deviceKinds)", .equal),
        ("requester.hasDevice", "requester.deviceKinds.size() > 0", .looser),
        ("device.kind in owner.deviceKinds", "owner.deviceKinds.size() >= 1", .equal),
        // Identity.
        ("!(identity.identical && identity.mismatches != [])", "requester.id != owner.id", .equal),
        ("!identity.contradicts", "identity.mismatches == []", .equal),
        ("identity.identical", "identity.identical && identity.dateOfBirth == 'match'", .equal),
        // Failures: a rule whose evaluation fails does not pass.
        ("10 / device.sharedWith > 2", "device.sharedWith in [1, 2, 3, 4, 5]", .undecided),
        ("device.sharedWith + 9223372036854775000 > 0", "device.sharedWith <= 807", .equal),
        ("request.submittedAt.getHours('Nowhere/Land') < 3", "false && consent.given", .equal),
        // Outside: the comparison says so, and shows what it can.
        ("requester.id.lowerAscii() == 'a'", "requester.id.lowerAscii() == 'a' && consent.given", .stricter),
        ("requester.id.lowerAscii() == 'a'", "requester.id.upperAscii() == 'A'", .undecided),
    ]

    /// A rule that always fails or never does is refused by itself: another part keeps each from being so.
    private func policy(_ requirement: String) throws -> Policy {
        try Fixtures.policy(rules: [("(\(requirement)) || requester.id == 'exempt'", "reject")], isRecorded: true)
    }

    @Test("decides", arguments: pairs.indices)
    func decides(place: Int) throws {
        let (before, after, expected) = Self.pairs[place]
        let (old, new) = (try policy(before), try policy(after))
        let comparison = PolicyComparison(old: old, new: new)
        #expect(comparison.verdict == expected, "\(before)  →  \(after): \(comparison.obstacles)")
        for witness in comparison.witnesses {
            #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
            #expect(witness.old.severity != witness.new.severity)
        }
    }

    @Test("names the expression that it does not understand")
    func outside() throws {
        let comparison = PolicyComparison(
            old: try policy("requester.id.lowerAscii() == 'a'"), new: try policy("requester.id.upperAscii() == 'A'"))
        #expect(comparison.obstacles.contains { $0.contains("requester.id.lowerAscii()") })
    }

    @Test("is bounded in work: a policy made to be hard is undecided")
    func bounded() throws {
        let hard = { (factor: Int) in
            (0..<24).map { "(device.sharedWith * \($0 + factor) % \($0 + 7) == \($0 % 5))" }.joined(separator: " != ")
        }
        var limits = ProofLimits()
        limits.paths = 1_000
        limits.pathsForRules = 100
        let comparison = PolicyComparison(old: try policy(hard(2)), new: try policy(hard(3)), limits: limits)
        #expect(comparison.verdict == .undecided || !comparison.witnesses.isEmpty)
    }

    @Test("counts a review by two officers as stricter than one by one")
    func approvals() throws {
        let text = try Fixtures.bundledText()
        let more = text.replacing(
            "    otherwise: review\n    error: device-widely-shared",
            with: "    otherwise: review\n    approvals: 2\n    error: device-widely-shared")
        #expect(more != text)
        let comparison = PolicyComparison(
            old: try Policy.load(text, file: "old"), new: try Policy.load(more, file: "new"))
        #expect(comparison.verdict == .stricter)
        #expect(comparison.witnesses.contains { $0.old.approvalsRequired == 1 && $0.new.approvalsRequired == 2 })
    }

    @Test("calls policies equal whose reasons alone differ, and shows facts for that")
    func reasons() throws {
        let text = try Fixtures.bundledText()
        let other = text.replacing(
            "    error: organization-involved",
            with: "    error: identity-incomplete\n    parameters: {attributes: identity.missing}")
        #expect(other != text)
        let comparison = PolicyComparison(old: try Policy.load(text, file: "old"), new: try Policy.load(other, file: "new"))
        #expect(comparison.verdict == .equal)
        let witness = try #require(comparison.reasons)
        #expect(witness.old.reasons.map(\.code) != witness.new.reasons.map(\.code) && witness.old.outcome == witness.new.outcome)
    }
}
