import EligibilityPolicy
import Testing

@Suite("Identity data of two participants")
struct IdentityFactsTests {
    private static let comparisons = IdentityComparison.allCases

    /// Every combination of the five comparisons and what is known of US status: 3⁵ × 3.
    private static let all: [IdentityFacts] = comparisons.flatMap { birth in
        comparisons.flatMap { citizenship in
            comparisons.flatMap { residence in
                comparisons.flatMap { document in
                    comparisons.flatMap { number in
                        [nil, false, true].map { usPerson in
                            IdentityFacts(
                                dateOfBirth: birth, citizenship: citizenship, residence: residence,
                                document: document, socialSecurityNumber: number, usPerson: usPerson)
                        }
                    }
                }
            }
        }
    }

    @Test("are never both identical and contradicting")
    func identicalExcludesContradiction() {
        #expect(Self.all.allSatisfy { !($0.isIdentical && $0.contradicts) })
    }

    @Test("are identical when birth, citizenship, residence and document match")
    func identicalByDocument() {
        let facts = IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match,
            document: .match, socialSecurityNumber: .missing, usPerson: false)
        #expect(facts.isIdentical)
        for attribute in [IdentityAttribute.dateOfBirth, .citizenship, .residence, .document] {
            var changed = facts
            changed[attribute] = .mismatch
            #expect(changed.contradicts)
            #expect(changed.requiredAttributes(comparedAs: .mismatch) == [attribute])
            changed[attribute] = .missing
            #expect(!changed.isIdentical && !changed.contradicts)
            #expect(changed.requiredAttributes(comparedAs: .missing) == [attribute])
        }
    }

    @Test("of US persons are told apart by the social security number instead of the document")
    func socialSecurityNumberDecides() {
        var facts = IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match,
            document: .mismatch, socialSecurityNumber: .match, usPerson: true)
        #expect(facts.isIdentical)
        facts.document = .match
        facts.socialSecurityNumber = .mismatch
        #expect(facts.contradicts)
        facts.socialSecurityNumber = .missing
        #expect(facts.isIdentical, "the document counts where the number is not known")
        facts.document = .missing
        #expect(facts.requiredAttributes(comparedAs: .missing) == [.socialSecurityNumber])
    }

    @Test("of others are never told apart by the social security number")
    func othersNeedTheDocument() {
        let facts = IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match,
            document: .mismatch, socialSecurityNumber: .match, usPerson: false)
        #expect(facts.contradicts)
    }

    @Test("contradict only where nothing that is still missing could make them identical")
    func whatIsMissingCouldHelp() {
        for facts in Self.all where facts.contradicts {
            let completed = Self.all.filter { other in
                IdentityAttribute.allCases.allSatisfy { facts[$0] == .missing || facts[$0] == other[$0] }
                    && (facts.usPerson == nil || facts.usPerson == other.usPerson)
            }
            let couldBeIdentical = completed.contains { $0.isIdentical }
            #expect(!couldBeIdentical, "\(facts)")
        }
    }

    @Test("that were recorded before a number could help are read as they were", arguments: [nil, true])
    func earlierFacts(usPerson: Bool?) {
        let facts = IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match,
            document: .mismatch, socialSecurityNumber: .missing, usPerson: usPerson, numberMayHelp: false)
        #expect(facts.contradicts)
        #expect(facts.requiredAttributes(comparedAs: .mismatch) == [.document])
    }

    @Test("name the social security number where it could settle what the documents do not", arguments: [nil, true])
    func theNumberIsAskedFor(usPerson: Bool?) {
        let facts = IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match,
            document: .mismatch, socialSecurityNumber: .missing, usPerson: usPerson)
        #expect(!facts.contradicts && !facts.isIdentical)
        #expect(facts.requiredAttributes(comparedAs: .missing) == [.socialSecurityNumber])
    }
}
