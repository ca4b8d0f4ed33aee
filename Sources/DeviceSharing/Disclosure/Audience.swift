/// For whom something is written, and so how much of a case it tells.
///
/// The one place that decides is the extension in `Audience+disclosure.swift`; whatever leaves the engine for somebody goes
/// through it.
public enum Audience: String, Hashable, Sendable, CaseIterable {
    /// A client portal, and through it the client: no officer, no note, no reason that is not for clients.
    case portal
    /// The broker's own people and systems.
    case `internal`
}

extension Audience {
    /// Who reads an answer that is given in this role. Somebody without one, and an operator, who runs the servers and has no
    /// business with cases, learn no more of a case than a portal.
    public init(of role: Role?) {
        switch role {
        case .compliance, .auditor, .engine: self = .internal
        case .portal, .operator, nil: self = .portal
        }
    }
}
