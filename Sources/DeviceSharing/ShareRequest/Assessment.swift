import Canonical
import EligibilityPolicy

/// What a request would come to if it were put now. Nothing is recorded.
public enum Assessment: Hashable, Sendable {
    /// What the policy would decide.
    case decided(Decision)
    /// No policy could permit it.
    case impossible(SharingError)

    public var outcome: Outcome {
        switch self {
        case .decided(let decision): decision.outcome
        case .impossible: .reject
        }
    }

    /// What stands against it, the primary reason first.
    public var reasons: [StatedReason] {
        switch self {
        case .decided(let decision): decision.reasons.map(StatedReason.init)
        case .impossible(let error): [StatedReason(error)]
        }
    }
}

extension ShareRequestDecider {
    /// What a request would come to just as it is, with the consent that it has or without one.
    public static func assess(
        _ command: SubmitShareRequest, facts: SharingFacts, policy: Policy, at now: Timestamp
    ) -> Assessment {
        do {
            let statement = try command.statement.checked(by: policy, at: now)
            return .decided(
                try decision(
                    on: facts, of: command.request, consent: command.consent, statement: statement, policy: policy, at: now
                ).decision)
        } catch {
            return .impossible(error)
        }
    }

    /// What a request would come to of which the portal says nothing beside the consent.
    ///
    /// - Parameter consent: nil to presume that the owner consents at this moment.
    public static func assess(
        _ facts: SharingFacts, consent: OwnerConsent?, policy: Policy, at now: Timestamp
    ) -> Assessment {
        let presumed = OwnerConsent(trustedMethod: "presumed", givenAt: now, reference: "presumed")
        do {
            return .decided(
                try decision(on: facts, of: nil, consent: consent ?? presumed, statement: .none, policy: policy, at: now).decision
            )
        } catch {
            return .impossible(error)
        }
    }
}
