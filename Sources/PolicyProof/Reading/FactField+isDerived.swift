import EligibilityPolicy

extension FactField {
    /// Whether a policy's catalogue has a say in it.
    var isDerived: Bool {
        switch self {
        case .requester(let field), .owner(let field):
            switch field {
            case .hasDevice, .highestLevel, .hasTemporaryDevice, .temporaryDevice: true
            case .id, .entity, .entityKind, .person, .adult, .registeredAt, .deviceKinds: false
            }
        case .device(let field):
            switch field {
            case .level, .shareable, .physical, .temporary: true
            case .id, .kind, .activatedAt, .sharedWith: false
            }
        case .request(let field):
            switch field {
            case .highestLevel, .recommendedDevice: true
            case .submittedAt, .decidedAt: false
            }
        case .identity, .consent, .session, .declared: false
        }
    }
}
