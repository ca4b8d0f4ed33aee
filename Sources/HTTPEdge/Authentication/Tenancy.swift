import DeviceSharing

/// Whose tokens may do something with the ledger of this server.
package struct Tenancy: Hashable, Sendable {
    /// The ledger that the server works on.
    package let ledger: String
    /// Whether officers, auditors and operators may act without a `ledger` claim. A portal acts for the clients of one ledger and
    /// must always name it.
    let isLedgerOptional: Bool

    package init(ledger: String, isLedgerOptional: Bool) {
        self.ledger = ledger
        self.isLedgerOptional = isLedgerOptional
    }

    func admits(_ principal: Principal, as role: Role) -> Bool {
        guard let named = principal.ledger else { return isLedgerOptional && role != .portal }
        return named == ledger
    }
}
