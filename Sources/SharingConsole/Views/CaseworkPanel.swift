import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// What the officer who reads can do with a pending request, and what would come of it, said before the click. The template is
/// `casework.mustache`.
struct CaseworkPanel {
    let call: ConsoleCall
    let dossier: RequestDossier
    let forecast: CaseworkForecast
    let policy: Policy

    var json: JSONValue {
        let claim = dossier.request.pending?.claim.flatMap { $0.isInForce(at: dossier.asOf) ? $0 : nil }
        let isMine = claim?.officer == call.officer
        return .members([
            "approval": approval, "canApprove": .bool(refusal(of: forecast.approval) == nil),
            "canReject": .bool(forecast.rejectionRefusal == nil),
            "canClaim": .bool(forecast.claimRefusal == nil && !isMine), "canRenew": .bool(forecast.claimRefusal == nil && isMine),
            "canRelease": .bool(claim != nil && forecast.releaseRefusal == nil),
            "refusals": .array(refusals), "reasons": .array(reasons),
        ])
    }

    /// What an approval would come to.
    private var approval: JSONValue? {
        switch forecast.approval {
        case .approved:
            return ["text": .string(call.say("casework.would-approve")), "class": "done", "errors": []]
        case .endorsed:
            return ["text": .string(call.say("casework.would-endorse")), "class": "warning", "errors": []]
        case .rejected(let reasons):
            return [
                "text": .string(call.say("casework.would-reject")), "class": "problem",
                "errors": .array(
                    reasons.map { reason in
                        let text = call.text(of: reason, under: policy)
                        return ["detail": .string(text.detail), "advice": .string(text.advice)]
                    }),
            ]
        case .refused: return nil
        }
    }

    private func refusal(of approval: CaseworkForecast.Approval) -> SharingError? {
        if case .refused(let error) = approval { error } else { nil }
    }

    /// Why the officer must leave it alone, each reason once.
    private var refusals: [JSONValue] {
        var seen: Set<String> = []
        return [refusal(of: forecast.approval), forecast.rejectionRefusal, forecast.claimRefusal].compactMap { error in
            guard let error else { return nil }
            let text = call.text(of: error, catalog: policy.catalog)
            guard seen.insert(text.title + text.detail).inserted else { return nil }
            return ["detail": .string(text.detail), "advice": .string(text.advice)]
        }
    }

    private var reasons: [JSONValue] {
        policy.rejectionReasons.enumerated().map { place, reason in
            [
                "id": .string(reason.id.rawValue), "title": .string(reason.title[call.reader.language]),
                // Where the queue's key for a rejection leads to.
                "place": .string(place == 0 ? "reject" : "reason-\(reason.id.rawValue)"), "isFirst": .bool(place == 0),
            ]
        }
    }
}
