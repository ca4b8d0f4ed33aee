import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingLog

/// Holds a claim against a state of the log.
struct FactCheck {
    private(set) var differences: [FactDifference] = []

    private mutating func differ(_ fact: String, _ recorded: String, _ actual: String) {
        differences.append(FactDifference(fact: fact, recorded: recorded, actual: actual))
    }

    private mutating func compare(_ fact: String, _ recorded: String, _ actual: String) {
        if !recorded.hasSameBytes(as: actual) { differ(fact, recorded, actual) }
    }

    private mutating func compare(_ fact: String, _ recorded: Timestamp, _ actual: Timestamp) {
        if recorded != actual { differ(fact, recorded.description, actual.description) }
    }
}

// MARK: - Users

extension FactCheck {
    /// Compares what a decision says of a user; nil is a user that was not registered. Returns the devices that it says were not
    /// in force, by leaving them out.
    mutating func compare(_ claim: FactClaim.UserClaim, _ user: User?) -> [DeviceID] {
        let part = claim.part.name
        guard let user else {
            differ(part, "a user", "nobody")
            return []
        }
        compare("\(part).entity", claim.entity, user.entity.rawValue)
        compare("\(part).entityKind", claim.entityKind, user.entityKind.rawValue)
        compare("\(part).person", claim.person, user.person?.rawValue ?? "")
        compare("\(part).adult", claim.adult, user.adult.rawValue)
        compare("\(part).registeredAt", claim.registeredAt, user.registeredAt)
        // Nothing is decided on users of whom this is not so.
        compare("\(part).status", User.Status.open.rawValue, user.status.rawValue)
        if let sharing = user.loginSharing { differ("\(part).login", "with a device of its own", "with \(sharing.device)") }
        if claim.part == .requester {
            let open = claim.isSubmission ? nil : claim.request.description
            compare("requester.openRequest", open ?? "none", user.openRequest?.description ?? "none")
        }
        var left = user.devices[...]
        var absent: [DeviceID] = []
        for device in claim.devices {
            guard let place = left.firstIndex(where: { $0.rawValue.hasSameBytes(as: device) }) else {
                differ(
                    "\(part).devices", claim.devices.joined(separator: " "),
                    "at most \(user.devices.map(\.rawValue).joined(separator: " "))")
                return []
            }
            absent += left[..<place]
            left = left[(place + 1)...]
        }
        return absent + left
    }
}

// MARK: - Devices

extension FactCheck {
    /// Compares what a decision says of a device; nil is one that was not issued.
    mutating func compare(_ claim: FactClaim.DeviceClaim, _ device: Device?, named name: String) {
        let fact = claim.sharedWith == nil ? "\(claim.part.name).devices.\(name)" : "device.\(name)"
        guard let device else { return differ(fact, "a device", "none") }
        compare("\(fact).holder", claim.holder, device.holder.rawValue)
        if let listed = claim.listed {
            compare("\(fact).kind", listed.kind, device.kind.rawValue)
            if let activatedAt = device.activatedAt { compare("\(fact).activatedAt", listed.activatedAt, activatedAt) }
        }
        if !device.isInForce(at: claim.decidedAt) {
            let actual = device.activatedAt == nil ? device.status.name : "expired at \(device.expiresAt?.description ?? "")"
            differ("\(fact).status", "in force", actual)
        }
        if let sharedWith = claim.sharedWith, sharedWith != Int64(device.sharings.count) {
            differ("sharedWith", "\(sharedWith)", "\(device.sharings.count)")
        }
        if claim.part == .requester, let sharing = device.sharings.first {
            differ("\(fact).sharings", "none", "with \(sharing.user)")
        }
    }
}

// MARK: - The request itself

extension FactCheck {
    /// Compares what an event of a request says with what came before it.
    mutating func compare(_ claim: FactClaim.RequestClaim, _ request: ShareRequest?, recordedAt: Timestamp) {
        guard let request else { return differ("request", "submitted", "not submitted") }
        if let facts = claim.facts { compare(facts, request, recordedAt: recordedAt) }
        compareOutcome(claim.deed)
        let deed = claim.deed
        switch deed.kind {
        case .held, .approvedByPolicy: compare("request.state", ShareRequest.State.submitted.rawValue, request.state.rawValue)
        case .rejectedByPolicy:
            if request.state != .submitted { comparePending(request, claim.actor, isApproval: true, recordedAt: recordedAt) }
        // The officer of the first approval may think better of it.
        case .rejectedByOfficer: comparePending(request, claim.actor, isApproval: false, recordedAt: recordedAt)
        case .approvedByOfficer:
            comparePending(request, claim.actor, isApproval: true, recordedAt: recordedAt)
            let approvals = max(request.pending?.approvalsRequired ?? 1, Int(clamping: deed.approvals))
            if let pending = request.pending, approvals > 1, pending.endorsedBy == nil {
                differ("approvals", "\(approvals)", "1")
            }
        case .endorsed:
            comparePending(request, claim.actor, isApproval: true, recordedAt: recordedAt)
            compareOfficer(deed, claim.actor)
        case .claimed:
            comparePending(request, claim.actor, isApproval: false, recordedAt: recordedAt)
            compareOfficer(deed, claim.actor)
            if let until = deed.until { compare("claim.until", until, recordedAt.advanced(by: CaseworkDecider.claimLease)) }
        case .released, .noted: compareOfficer(deed, claim.actor)
        }
    }

    private mutating func compare(_ facts: FactClaim.RequestClaim.Facts, _ request: ShareRequest, recordedAt: Timestamp) {
        compare("requester.id", facts.requester, request.requester.rawValue)
        compare("owner.id", facts.owner, request.owner.rawValue)
        compare("device", facts.device, request.device.rawValue)
        compare("submittedAt", facts.submittedAt, request.submittedAt)
        compare("decidedAt", facts.decidedAt, recordedAt)
        compare("session", facts.session, request.statement.session?.facts.text ?? "")
        compare("inputs", facts.inputs, request.statement.inputs.text)
        guard let recorded = facts.consent else {
            if request.consent != nil { differ("consent", "none", "given") }
            return
        }
        guard let actual = request.consent else { return differ("consent", "given", "none") }
        // No portal's clock is further ahead: a consent of the future would stay fresh until then.
        let latest = request.submittedAt.advanced(by: OwnerConsent.clockTolerance)
        if actual.givenAt > latest { differ("consent.givenAt", actual.givenAt.description, "not after \(latest)") }
        compare("consent.method", recorded.method, actual.method)
        compare("consent.givenAt", recorded.givenAt, actual.givenAt)
        compare("consent.reference", recorded.reference, actual.reference)
    }

    /// That the event is the one that follows from the decision in it.
    private mutating func compareOutcome(_ deed: Deed) {
        guard let outcome = deed.outcome else { return }
        let due: [Outcome]? =
            switch deed.kind {
            case .held: [.review]
            case .approvedByPolicy: [.approve]
            // What the policy would hold, an officer may approve.
            case .approvedByOfficer: [.approve, .review]
            case .rejectedByPolicy: [.reject]
            case .rejectedByOfficer, .endorsed, .claimed, .released, .noted: nil
            }
        guard let due, !due.contains(outcome) else { return }
        differ("outcome", due.map(\.rawValue).joined(separator: " or "), "\(outcome.rawValue) by its own decision")
    }

    /// That the request waits for officers, that the one who acts takes no part in it, and that no other works on it.
    private mutating func comparePending(_ request: ShareRequest, _ actor: String?, isApproval: Bool, recordedAt: Timestamp) {
        guard let pending = request.pending else {
            return differ("request.state", ShareRequest.State.compliancePending.rawValue, request.state.rawValue)
        }
        if recordedAt >= pending.expiresAt {
            differ("request.expiresAt", "later than \(recordedAt)", pending.expiresAt.description)
        }
        guard let actor else { return }
        if let claim = pending.claim, claim.isInForce(at: recordedAt) { compare("claim.officer", actor, claim.officer) }
        for user in [request.requester, request.owner] where user.rawValue.hasSameBytes(as: actor) {
            differ("officer", actor, "a user of the request")
        }
        if isApproval, let endorsedBy = pending.endorsedBy, endorsedBy.hasSameBytes(as: actor) {
            differ("officer", actor, "the officer of the first approval")
        }
    }

    /// That the officer whom the event names is the one who acted.
    private mutating func compareOfficer(_ deed: Deed, _ actor: String?) {
        if let officer = deed.officer, let actor { compare("officer", officer, actor) }
    }
}
