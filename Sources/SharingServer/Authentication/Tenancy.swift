import DeviceSharing

/// Whose tokens may do something with the ledger of this server.
struct Tenancy: Hashable, Sendable {
    /// The ledger that the server works on.
    let ledger: String
    /// Whether officers, auditors and operators may act without a `ledger` claim. A portal acts for the clients of one ledger and
    /// must always name it.
    let isLedgerOptional: Bool

    func admits(_ principal: Principal, as role: Role) -> Bool {
        guard let named = principal.ledger else { return isLedgerOptional && role != .portal }
        return named == ledger
    }
}

extension ServerConfiguration {
    var tenancy: Tenancy { Tenancy(ledger: ledger, isLedgerOptional: isLedgerOptional) }
}
