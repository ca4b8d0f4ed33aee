import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine
import SharingLog

/// The words for the reasons of one request: each policy says its own reasons in its own texts.
struct ReasonWords: Sendable {
    /// Of the policy that made the latest decision.
    let decision: Words
    /// Of the policy in force when an officer rejected the request.
    let rejection: Words
    /// The reasons that this policy lists for officers.
    let rejectionReasons: [RejectionReason]

    func of(_ reason: StatedReason) -> Words { reason.consequence == nil ? rejection : decision }

    /// What an officer's reason says, or what is told in its place; nil where that is not known.
    func title(of rejected: Rejection, for audience: Audience) -> String? {
        guard let reason = audience.reason(for: rejected) else { return nil }
        if let listed = rejectionReasons.first(where: { $0.id.rawValue == reason }) { return listed.title[rejection.language] }
        return ReasonCode(rawValue: reason).map(rejection.title)
    }
}

extension Call {
    /// A request as the caller may see it, in the caller's language.
    func representation(of request: ShareRequest) async throws -> JSONValue {
        try request.representation(await reasonWords(for: request), for: audience)
    }

    func reasonWords(for request: ShareRequest) async throws -> ReasonWords {
        let rejecting = try await policy(request.rejection?.disclosed?.policy)
        return ReasonWords(
            decision: words.under(try await policy(deciding(request))), rejection: words.under(rejecting),
            rejectionReasons: (rejecting ?? engine.activePolicy)?.rejectionReasons ?? [])
    }

    /// The policy of the latest decision, where its texts are needed: nil where all reasons are the program's own.
    private func deciding(_ request: ShareRequest) throws -> Digest? {
        guard let record = request.decision else { return nil }
        let needsTexts = (record.reasons + (record.disclosed ?? [])).contains { code in
            if case .ofPolicy = code { true } else { false }
        }
        return needsTexts ? try record.decision().policy : nil
    }

    /// Nil for nil, and for a policy that the log does not hold or this program cannot read: then reasons go by their codes.
    private func policy(_ digest: Digest?) async throws -> Policy? {
        guard let digest else { return nil }
        if let active = engine.activePolicy, active.digest == digest { return active }
        do {
            return try await engine.policy(digest)
        } catch is PolicyError {
            return nil
        }
    }
}
