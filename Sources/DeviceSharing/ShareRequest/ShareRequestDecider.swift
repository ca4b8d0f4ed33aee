import Canonical
import EligibilityPolicy

/// A request to be put: the requesting user wants to log in with the owner's device.
public struct SubmitShareRequest: Hashable, Sendable {
    public let request: ShareRequestID
    public let requester: UserID
    public let owner: UserID
    public let device: DeviceID
    public let consent: OwnerConsent?
    /// What the portal says beside the consent.
    public let statement: PortalStatement

    public init(
        request: ShareRequestID = ShareRequestID(), requester: UserID, owner: UserID, device: DeviceID, consent: OwnerConsent?,
        statement: PortalStatement = .none
    ) {
        self.request = request
        self.requester = requester
        self.owner = owner
        self.device = device
        self.consent = consent
        self.statement = statement
    }
}

/// Decides on share requests: values in, events or a refusal out.
public enum ShareRequestDecider {
    /// Characters of a note, at most.
    public static let maximumNoteLength = 2_000

    /// A new request. Refused where no policy could permit it; else the policy approves, holds or rejects it, and either way
    /// it is on record.
    /// - Parameter submitter: the portal.
    public static func submit(
        _ command: SubmitShareRequest, by submitter: String?, facts: SharingFacts, policy: Policy, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        let statement = try command.statement.checked(by: policy, at: now)
        let (decision, seen) = try Self.decision(
            on: facts, of: command.request, consent: command.consent, statement: statement, policy: policy, at: now)
        let record = DecisionRecord(decision, on: seen)
        let submitted = NewEvent.shareRequest(
            command.request,
            .submitted(
                request: command.request, requester: command.requester, owner: command.owner, device: command.device,
                consent: command.consent, statement: statement, submitter: submitter))
        switch decision.outcome {
        case .approve:
            return [submitted]
                + activation(
                    of: command.request, facts: facts, by: .policy, record, note: nil, catalog: policy.catalog, at: now)
        case .review:
            let pending = policy.pending(of: decision)
            return [
                submitted,
                .shareRequest(
                    command.request,
                    .held(
                        record, expiresAt: now.advanced(by: pending.expiry),
                        escalatesAt: pending.escalation.map { now.advanced(by: $0) })),
                .user(command.requester, .shareRequestOpened(user: command.requester, request: command.request)),
            ]
        case .reject:
            return [
                submitted, .shareRequest(command.request, .rejected(Rejection(by: .policy, decision: record))),
                .user(
                    command.requester,
                    .shareRequestClosed(user: command.requester, request: command.request, isRejected: true)),
            ]
        }
    }

    /// An officer's approval. The policy decides again on today's facts: what has become ineligible since is rejected with
    /// its error, and what needs two approvals is endorsed by the first officer and approved by the second.
    public static func approve(
        _ request: ShareRequest, by officer: Officer, note: String?, facts: Result<SharingFacts, SharingError>, policy: Policy,
        at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        let pending = try request.decidable(for: "approve", at: now)
        try checkNote(note)
        try request.checkDuties(of: officer, facts: facts)
        try request.checkClaim(of: officer.id, attempted: "approve", at: now)
        guard pending.endorsedBy != officer.id else { throw .separationOfDuties(officer: officer.id) }

        let current: SharingFacts
        do {
            current = try facts.get()
            try current.checkPossible(at: now)
        } catch {
            return rejection(of: request, Rejection(by: .policy, error: error, note: note))
        }
        let seen = current.policyFacts(of: request, counting: policy.counted, decidedAt: now)
        let decision = policy.evaluate(seen)
        let record = DecisionRecord(decision, on: seen)
        if decision.outcome == .reject {
            return rejection(of: request, Rejection(by: .policy, decision: record, note: note))
        }
        if max(pending.approvalsRequired, decision.approvalsRequired) > 1, pending.endorsedBy == nil {
            return [.shareRequest(request.id, .endorsed(officer: officer.id, note: note))]
        }
        return activation(
            of: request.id, facts: current, by: .compliance, record, note: note, catalog: policy.catalog, at: now)
    }

    /// An officer's rejection, for a reason of the policy's list.
    public static func reject(
        _ request: ShareRequest, by officer: Officer, reason: String?, note: String?,
        facts: Result<SharingFacts, SharingError>, policy: Policy, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        _ = try request.decidable(for: "reject", at: now)
        try checkNote(note)
        try request.checkDuties(of: officer, facts: facts)
        try request.checkClaim(of: officer.id, attempted: "reject", at: now)
        guard let reason, !reason.isEmpty else { throw .reasonRequired }
        guard let listed = policy.rejectionReasons.first(where: { $0.id.rawValue == reason }) else {
            throw .unknownRejectionReason(reason, known: policy.rejectionReasons.map(\.id.rawValue))
        }
        let disclosed = policy.disclosed(listed).map { DisclosedRejection(reason: $0, policy: policy.digest) }
        return rejection(of: request, Rejection(by: .compliance, reason: reason, disclosed: disclosed, note: note))
    }

    /// The requester's change of mind.
    public static func withdraw(_ request: ShareRequest, note: String?) throws(SharingError) -> [NewEvent] {
        _ = try request.pending(for: "withdraw")
        try checkNote(note)
        return [.shareRequest(request.id, .withdrawn(note: note)), close(request)]
    }

    /// The end of a request that nobody decided in time. Nothing where its time has not come, or it was decided.
    public static func expire(_ request: ShareRequest, at now: Timestamp) -> [NewEvent] {
        guard let pending = request.pending, pending.expiresAt <= now else { return [] }
        return [.shareRequest(request.id, .expired), close(request)]
    }

    /// The notice that a request has waited for too long. Nothing where its time has not come, or it is over, or it was decided.
    public static func escalate(_ request: ShareRequest, at now: Timestamp) -> [NewEvent] {
        guard let pending = request.pending, let due = pending.escalatesAt, due <= now, now < pending.expiresAt else { return [] }
        return [.shareRequest(request.id, .escalated)]
    }

    /// The end of a standing sharing. That the owner wants it is for the owner's consent to show, given since the sharing began;
    /// the portal that submitted the request speaks for the requester.
    ///
    /// Throws `owner-consent-missing`, `invalid-input`, `invalid-transition`.
    public static func end(
        _ request: ShareRequest, reason: EndReason, consent: OwnerConsent?, note: String?, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        guard case .active(let since) = request.status else {
            throw .invalidTransition(from: request.state.rawValue, attempted: "end")
        }
        try checkNote(note)
        switch reason {
        case .stoppedByOwner:
            guard let consent else { throw SharingError(.ownerConsentMissing) }
            try consent.checkGiven(by: now)
            // The sharing may have begun at a time that was later set right.
            guard min(since, now) <= consent.givenAt.advanced(by: OwnerConsent.clockTolerance) else {
                throw .invalidInput(field: "consent.givenAt", problem: "must not be before the sharing began")
            }
        case .stoppedByRequester, .stoppedByCompliance, .deviceDeactivated, .deviceLost, .participantClosed:
            guard consent == nil else {
                throw .invalidInput(field: "consent", problem: "is for an end that the owner wants")
            }
        }
        return ending(of: request, reason: reason, consent: consent, note: note)
    }

    static func checkNote(_ note: String?) throws(SharingError) {
        guard (note?.unicodeScalars.count ?? 0) <= maximumNoteLength else {
            throw .invalidInput(field: "note", problem: "must have at most \(maximumNoteLength) characters")
        }
        try note?.refuseZero(field: "note")
    }
}

// MARK: - What the policy says of a new request

extension ShareRequestDecider {
    /// What the policy decides on a request put now. Throws where no policy could permit it.
    static func decision(
        on facts: SharingFacts, of request: ShareRequestID?, consent: OwnerConsent?, statement: PortalStatement, policy: Policy,
        at now: Timestamp
    ) throws(SharingError) -> (decision: Decision, seen: Facts) {
        if let open = facts.requester.user.openRequest {
            throw .requestAlreadyOpen(facts.requester.user.id, request: open)
        }
        try facts.checkPossible(at: now)
        try consent?.checkGiven(by: now)
        let seen = facts.policyFacts(
            of: request, consent: consent, statement: statement, counting: policy.counted, submittedAt: now, decidedAt: now)
        return (policy.evaluate(seen), seen)
    }
}

// MARK: - What belongs together

extension ShareRequestDecider {
    /// Approval and what follows from it at once: the sharing stands, the requester logs in with the device.
    private static func activation(
        of request: ShareRequestID, facts: SharingFacts, by decider: DecisionMaker, _ record: DecisionRecord, note: String?,
        catalog: DeviceCatalog, at now: Timestamp
    ) -> [NewEvent] {
        let requester = facts.requester.user.id
        let device = facts.device.id
        return [
            .shareRequest(request, .approved(by: decider, record, note: note)),
            .shareRequest(request, .activated),
            .user(
                requester,
                .loginDeviceChanged(
                    user: requester, device: device, sharing: request,
                    superseded: facts.superseded(at: now, catalog: catalog))),
            .device(device, .shared(device: device, request: request, with: requester)),
        ]
    }

    private static func rejection(of request: ShareRequest, _ rejection: Rejection) -> [NewEvent] {
        [.shareRequest(request.id, .rejected(rejection)), close(request, isRejected: true)]
    }

    private static func close(_ request: ShareRequest, isRejected: Bool = false) -> NewEvent {
        .user(
            request.requester,
            .shareRequestClosed(user: request.requester, request: request.id, isRejected: isRejected))
    }

    /// The requester has its own devices back. Nothing where no sharing stands.
    static func ending(
        of request: ShareRequest, reason: EndReason, consent: OwnerConsent? = nil, note: String? = nil
    ) -> [NewEvent] {
        guard request.state == .active else { return [] }
        return [
            .shareRequest(request.id, .ended(reason: reason, consent: consent, note: note)),
            .user(
                request.requester,
                .loginDeviceChanged(user: request.requester, device: nil, sharing: nil, superseded: [])),
            .device(
                request.device, .unshared(device: request.device, request: request.id, with: request.requester)),
        ]
    }

    /// The end of a pending request because the requester is gone. Nothing where it is not pending.
    static func withdrawal(of request: ShareRequest, note: String) -> [NewEvent] {
        request.pending == nil ? [] : [.shareRequest(request.id, .withdrawn(note: note)), close(request)]
    }
}

extension ShareRequest {
    func pending(for attempted: String) throws(SharingError) -> Pending {
        guard let pending else { throw .invalidTransition(from: state.rawValue, attempted: attempted) }
        return pending
    }

    /// As `pending`, for what compliance does. A request whose time is up has expired, whether or not the timer has been
    /// there to record it.
    func decidable(for attempted: String, at now: Timestamp) throws(SharingError) -> Pending {
        let pending = try pending(for: attempted)
        guard now < pending.expiresAt else {
            throw .invalidTransition(from: State.expired.rawValue, attempted: attempted)
        }
        return pending
    }

    /// Nobody decides on a request in which they, or their entity, take part.
    func checkDuties(of officer: Officer, facts: Result<SharingFacts, SharingError>) throws(SharingError) {
        let takesPart = officer.id == requester.rawValue || officer.id == owner.rawValue
        // Where there are no facts, there are no entities to compare with: such a request can only be rejected.
        let entities: [EntityID] =
            switch facts {
            case .success(let facts): [facts.requester.user.entity, facts.owner.user.entity]
            case .failure: []
            }
        guard !takesPart, officer.entities.isDisjoint(with: entities) else { throw .separationOfDuties(officer: officer.id) }
    }

    /// What `invalid-transition` calls the state of a pending request that another officer works on.
    package static let claimed = "claimed"

    /// While one officer works on a request, no other decides on it. For what officers do alone: the error names one.
    func checkClaim(of officer: String, attempted: String, at now: Timestamp) throws(SharingError) {
        guard let claim = pending?.claim, claim.isInForce(at: now), claim.officer != officer else { return }
        throw .invalidTransition(against: claim, attempted: attempted)
    }
}
