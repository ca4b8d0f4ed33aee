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

    /// Whether a pending request shows how many officers must approve, which the rules that hold it say.
    public func seesApprovals(of decision: DecisionRecord?) -> Bool { seesCases || decision?.disclosed == nil }

    /// For which reason an officer rejected a request; nil where none did, or none gave a reason.
    public func reason(for rejection: Rejection) -> String? {
        switch rejection.by {
        case .policy: seesCases ? rejection.reason : nil
        case .compliance: seesCases ? rejection.reason : rejection.disclosed?.reason ?? Self.neutralReason.rawValue
        }
    }

    /// Whether requests may be looked for by this reason: a code, or one that officers give.
    ///
    /// - Parameters:
    ///   - officersReasons: the reasons that the policy lists for officers; one can have the name of a code.
    ///   - disclosed: the reasons of policies that clients are told of. One that is not among them is as unknown to a portal as one
    ///     that there never was.
    public func mayAsk(for reason: String, officersReasons: Set<String>, disclosed: Set<String>) -> Bool {
        if seesCases { return true }
        guard SharingErrorCode(rawValue: reason) != nil else { return disclosed.contains(reason) }
        // One that officers give too may be an officer's, and a row does not say whose it is.
        return !officersReasons.contains(reason)
    }

    /// Why a sharing ended.
    public func reason(for end: EndReason) -> String {
        switch end {
        case .stoppedByRequester, .stoppedByOwner, .deviceDeactivated, .deviceLost, .participantClosed: end.rawValue
        case .stoppedByCompliance: seesCases ? end.rawValue : Self.neutralReason.rawValue
        }
    }

    /// The reason, without the parameters that are not for this audience. Only the program's own codes have such.
    private func disclosed(_ reason: StatedReason) -> StatedReason {
        guard !seesCases, case .builtIn(let code) = reason.code else { return reason }
        let hidden = code.parameters.filter(\.isConfidential).map(\.name)
        guard !hidden.isEmpty else { return reason }
        return StatedReason(
            reason.code, ErrorParameters(reason.parameters.filter { !hidden.contains($0.name) }), consequence: reason.consequence)
    }

    /// Why a policy did not approve, the primary reason first.
    public func reasons(of decision: Decision?) -> [StatedReason] {
        guard let decision else { return [] }
        if !seesCases, let disclosed = decision.disclosed { return disclosed.map(self.disclosed) }
        return decision.reasons.map { disclosed(StatedReason($0)) }
    }

    /// What a request would be rejected or held for.
    public func reasons(of assessment: Assessment) -> [StatedReason] {
        switch assessment {
        case .decided(let decision): reasons(of: decision)
        case .impossible(let error): [disclosed(StatedReason(error))]
        }
    }

    /// Why a request was held or rejected, the primary reason first.
    public func reasons(for rejection: Rejection?, decided decision: Decision?) -> [StatedReason] {
        let decided = reasons(of: decision)
        guard let rejection else { return decided }
        if let error = rejection.error { return [disclosed(StatedReason(error))] }
        switch rejection.by {
        case .policy: return decided
        // An officer's reason is shown apart to those who may know it.
        case .compliance where seesCases: return decided
        case .compliance:
            let code = rejection.disclosed.flatMap { ReasonCode(rawValue: $0.reason) } ?? .builtIn(Self.neutralReason)
            // What is told of the officer's reason may be what is told of a rule's; it is not told twice.
            return [StatedReason(code)] + decided.filter { $0.code != code || !$0.parameters.isEmpty }
        }
    }

    /// Codes that a portal is told, where that does not follow from what is listed for officers: policies said so.
    static func codesForPortals(of request: ShareRequest) -> [String]? {
        let decided = request.decision?.disclosed
        guard case .rejected(let rejection, _) = request.status else { return decided?.map(\.rawValue) }
        guard rejection.error == nil else { return nil }
        switch rejection.by {
        case .policy: return decided?.map(\.rawValue)
        case .compliance:
            guard decided != nil || rejection.disclosed != nil else { return nil }
            let told = rejection.disclosed?.reason ?? neutralReason.rawValue
            return [told] + (decided ?? request.reasons).map(\.rawValue).filter { $0 != told }
        }
    }
}

extension ShareRequest {
    /// Codes that a portal is told, the primary one first; nil where they are ``reasons``, with the neutral reason before them where
    /// an officer has rejected it.
    public var codesForPortals: [String]? { Audience.codesForPortals(of: self) }
}
