/// What a token must be like to be believed (RFC 9068).
public struct TokenRules: Sendable {
    /// `iss`: who issues tokens.
    public var issuer: String
    /// `aud`: what tokens must be for.
    public var audience: String
    /// The claim with the roles: a text, a list of texts, or texts with spaces between.
    public var rolesClaim: ClaimPath
    /// The claim with the ledger that the caller acts for: a text.
    public var ledgerClaim: ClaimPath
    /// The claim with the entity that an officer belongs to as a client: a text.
    public var entityClaim: ClaimPath
    /// Signature algorithms that are believed. Symmetric ones and `none` are not among those that can be.
    public var algorithms: Set<Algorithm>
    /// How far the issuer's clock may be from ours.
    public var leeway: Duration

    public enum Algorithm: String, Sendable, CaseIterable {
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
        case eddsa = "EdDSA"
        case ps256 = "PS256"
        case ps384 = "PS384"
        case ps512 = "PS512"
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
    }

    public init(
        issuer: String, audience: String, rolesClaim: ClaimPath = "roles", ledgerClaim: ClaimPath = "ledger",
        entityClaim: ClaimPath = "entity", algorithms: Set<Algorithm> = [.es256, .es384, .eddsa, .ps256, .rs256],
        leeway: Duration = .seconds(30)
    ) {
        self.issuer = issuer
        self.audience = audience
        self.rolesClaim = rolesClaim
        self.ledgerClaim = ledgerClaim
        self.entityClaim = entityClaim
        self.algorithms = algorithms
        self.leeway = leeway
    }
}
