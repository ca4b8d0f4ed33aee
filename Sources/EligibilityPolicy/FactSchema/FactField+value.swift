import CEL
import Canonical

extension FactField {
    func value(of facts: Facts, _ derived: DerivedFacts, kinds: KindTable) -> CELValue {
        switch self {
        case .requester(let field): field.value(of: facts.requester, derived.requester)
        case .owner(let field): field.value(of: facts.owner, derived.owner)
        case .device(let field): field.value(of: facts, derived, kinds: kinds)
        case .identity(let field): field.value(of: facts.identity)
        case .consent(let field): field.value(of: facts.consent)
        case .request(let field): field.value(of: facts, derived, kinds: kinds)
        }
    }
}

extension ParticipantField {
    fileprivate func value(of facts: ParticipantFacts, _ derived: DerivedFacts.Participant) -> CELValue {
        switch self {
        case .id: .string(facts.id)
        case .entity: .string(facts.entity)
        case .entityKind: .string(facts.entityKind.rawValue)
        case .registeredAt: .timestamp(CELTimestamp(facts.registeredAt))
        case .hasDevice: .bool(derived.hasDevice)
        case .highestLevel: .int(Int64(derived.highestLevel))
        case .hasTemporaryDevice: .bool(derived.temporaryDevice != nil)
        case .temporaryDevice: .string(derived.temporaryDevice ?? "")
        case .deviceKinds: .list(facts.devices.map { .string($0.kind.rawValue) })
        }
    }
}

extension DeviceField {
    fileprivate func value(of facts: Facts, _ derived: DerivedFacts, kinds: KindTable) -> CELValue {
        switch self {
        case .id: .string(facts.device)
        case .kind: .string(derived.devicePlace.map { facts.owner.devices[$0].kind.rawValue } ?? "")
        case .level: .int(derived.kindPlace.map { Int64(kinds[$0].level) } ?? 0)
        case .shareable: .bool(derived.kindPlace.map { kinds[$0].isShareable } ?? false)
        case .physical: .bool(derived.kindPlace.map { kinds[$0].isPhysical } ?? true)
        case .temporary: .bool(derived.kindPlace.map { kinds[$0].isTemporary } ?? false)
        // A device that is not the owner's has no age to rely on.
        case .activatedAt: .timestamp(CELTimestamp(derived.devicePlace.map { facts.owner.devices[$0].activatedAt } ?? facts.decidedAt))
        case .sharedWith: .int(Int64(facts.sharedWith))
        }
    }
}

extension IdentityField {
    fileprivate func value(of facts: IdentityFacts) -> CELValue {
        switch self {
        case .identical: .bool(facts.isIdentical)
        case .contradicts: .bool(facts.contradicts)
        case .mismatches: .list(facts.requiredAttributes(comparedAs: .mismatch).map { .string($0.rawValue) })
        case .missing: .list(facts.requiredAttributes(comparedAs: .missing).map { .string($0.rawValue) })
        case .dateOfBirth: .string(facts.dateOfBirth.rawValue)
        case .citizenship: .string(facts.citizenship.rawValue)
        case .residence: .string(facts.residence.rawValue)
        case .document: .string(facts.document.rawValue)
        case .socialSecurityNumber: .string(facts.socialSecurityNumber.rawValue)
        case .usPerson: .bool(facts.usPerson == true)
        }
    }
}

extension ConsentField {
    fileprivate func value(of facts: ConsentFacts?) -> CELValue {
        switch self {
        case .given: .bool(facts != nil)
        case .givenAt: .timestamp(CELTimestamp(facts?.givenAt ?? Timestamp(microseconds: 0)))
        case .method: .string(facts?.method ?? "")
        }
    }
}

extension RequestField {
    fileprivate func value(of facts: Facts, _ derived: DerivedFacts, kinds: KindTable) -> CELValue {
        switch self {
        case .submittedAt: .timestamp(CELTimestamp(facts.submittedAt))
        case .decidedAt: .timestamp(CELTimestamp(facts.decidedAt))
        case .highestLevel: .int(Int64(derived.highestLevel))
        case .recommendedDevice: .string(derived.recommendedDevice(facts, kinds: kinds))
        }
    }
}

extension CELTimestamp {
    /// The moment, clamped to the years that the language has (1 to 9999).
    init(_ moment: Timestamp) {
        let clamped = min(max(moment, .earliest), .latest)
        self = CELTimestamp(microseconds: clamped.microseconds) ?? .epoch
    }

    private static let epoch: CELTimestamp = {
        guard let epoch = CELTimestamp(checkingSeconds: 0) else { preconditionFailure("the epoch lies within the years 1 to 9999") }
        return epoch
    }()
}
