import EligibilityPolicy

/// What each audience learns about a decision. A portal tells it to the client, who must not learn what an officer suspects
/// ("tipping off"), nor be able to find another person's data by trying.
extension Audience {
    /// In place of every reason that is an officer's own.
    public static let neutralReason = SharingErrorCode.complianceDecision

    /// Whether officers, their notes and their claims are named.
    public var seesOfficers: Bool { seesCases }

    /// Whether the policy's decision is shown with every rule's ruling.
    public var seesRulings: Bool { seesCases }

    private var seesCases: Bool {
        switch self {
        case .portal: false
        case .internal: true
        }
    }

    /// For which reason an officer rejected a request; nil where none did, or none gave a reason.
    public func reason(for rejection: Rejection) -> String? {
        switch rejection.by {
        case .policy: seesCases ? rejection.reason : nil
        case .compliance: seesCases ? rejection.reason : Self.neutralReason.rawValue
        }
    }

    /// Whether requests may be looked for by this reason: a code, or one that officers give.
    ///
    /// - Parameter officersReasons: the reasons that the policy lists for officers; one can have the name of a code.
    public func mayAsk(for reason: String, officersReasons: Set<String>) -> Bool {
        seesCases || SharingErrorCode(rawValue: reason) != nil && !officersReasons.contains(reason)
    }

    /// Why a sharing ended.
    public func reason(for end: EndReason) -> String {
        switch end {
        case .stoppedByRequester, .stoppedByOwner, .deviceDeactivated, .deviceLost, .participantClosed: end.rawValue
        case .stoppedByCompliance: seesCases ? end.rawValue : Self.neutralReason.rawValue
        }
    }

    /// The error, without the parameters that are not for this audience.
    public func disclosed(_ error: SharingError) -> SharingError {
        guard !seesCases else { return error }
        let hidden = error.code.parameters.filter(\.isConfidential).map(\.name)
        guard !hidden.isEmpty else { return error }
        return SharingError(error.code, ErrorParameters(error.parameters.filter { !hidden.contains($0.name) }))
    }

    /// Why a request was held or rejected, the primary reason first.
    public func reasons(for rejection: Rejection?, decided reasons: [SharingError]) -> [SharingError] {
        guard let rejection else { return reasons.map(disclosed) }
        if let error = rejection.error { return [disclosed(error)] }
        switch rejection.by {
        case .policy: return reasons.map(disclosed)
        // An officer's reason is shown apart to those who may know it.
        case .compliance: return (seesCases ? [] : [.complianceDecision]) + reasons.map(disclosed)
        }
    }
}
