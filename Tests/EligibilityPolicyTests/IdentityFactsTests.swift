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

    @Test("of others are never told apart by the social security number", arguments: [nil, false])
    func othersNeedTheDocument(usPerson: Bool?) {
        let facts = IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match,
            document: .mismatch, socialSecurityNumber: .match, usPerson: usPerson)
        #expect(facts.contradicts)
    }
}
