import EligibilityPolicy
import Foundation
import Testing

@testable import PolicyProof

@Suite("What no policy may do")
struct InvariantTests {
    private func proofs(of policy: Policy) throws -> [InvariantProof] {
        try Invariant.load(Fixtures.invariantsText(), file: "invariants.yaml").map { InvariantProof($0, of: policy) }
    }

    @Test("is proved not to be done by the bundled policy")
    func bundled() throws {
        let proofs = try proofs(of: Fixtures.bundled())
        #expect(proofs.count == 3)
        for proof in proofs {
            guard case .kept = proof.result else {
                Issue.record("\(proof.invariant.id): \(proof.result)")
                continue
            }
        }
    }

    @Test("is shown of a policy that leaves a consent that is missing to an officer")
    func consent() throws {
        let policy = try Fixtures.policy("check/consent-missing-only-reviewed.yaml")
        let proof = try #require(try proofs(of: policy).first)
        guard case .broken(let facts, let decision, let words) = proof.result else {
            Issue.record("\(proof.result)")
            return
        }
        #expect(facts.consent == nil && decision.outcome == .review && decision == policy.evaluate(facts))
        #expect(words == ["the owner has not consented"])
    }

    @Test("counts what the policy approves by itself, where that is asked")
    func scope() throws {
        let text = try Fixtures.invariantsText().replacing("holds: unless-rejected", with: "holds: when-approved")
        let policy = try Fixtures.policy("check/consent-missing-only-reviewed.yaml")
        for invariant in try Invariant.load(text, file: "invariants.yaml") {
            guard case .kept = InvariantProof(invariant, of: policy).result else {
                Issue.record("\(invariant.id)")
                continue
            }
        }
    }

    @Test("is read from a file that says what is wrong with it, and where")
    func wrong() throws {
        let text = try Fixtures.invariantsText().replacing("require: consent.given", with: "require: consent.givn")
        #expect {
            try Invariant.load(text, file: "invariants.yaml")
        } throws: { error in
            (error as? PolicyError)?.problems.first?.line == 10
        }
    }
}
