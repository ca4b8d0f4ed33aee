import HTTPEdge

/// An OpenID Connect provider, and what it knows the console as.
public struct OpenIDConfiguration: Sendable {
    /// `iss` of its tokens; its discovery document is found below it.
    public var issuer: String
    public var clientID: String
    /// Nil for a client that has none: then PKCE alone protects the code.
    public var clientSecret: String?
    /// Where the provider sends people back to: this server's `/console/sign-in/return`, as browsers reach it.
    public var redirectAddress: String
    /// Claims of the ID token, as `TokenRules` has them.
    public var rolesClaim: ClaimPath
    public var entityClaim: ClaimPath
    public var ledgerClaim: ClaimPath
    public var scopes: [String]
    /// Signature algorithms that are believed.
    public var algorithms: Set<TokenRules.Algorithm>

    public init(
        issuer: String, clientID: String, clientSecret: String? = nil, redirectAddress: String, rolesClaim: ClaimPath = "roles",
        entityClaim: ClaimPath = "entity", ledgerClaim: ClaimPath = "ledger", scopes: [String] = ["openid", "profile"],
        algorithms: Set<TokenRules.Algorithm> = [.es256, .es384, .eddsa, .ps256, .rs256]
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.redirectAddress = redirectAddress
        self.rolesClaim = rolesClaim
        self.entityClaim = entityClaim
        self.ledgerClaim = ledgerClaim
        self.scopes = scopes
        self.algorithms = algorithms
    }

    /// What its ID tokens must be like.
    var rules: TokenRules {
        TokenRules(
            issuer: issuer, audience: clientID, rolesClaim: rolesClaim, ledgerClaim: ledgerClaim, entityClaim: entityClaim,
            algorithms: algorithms)
    }
}
