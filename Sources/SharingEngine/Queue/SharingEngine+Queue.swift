import DeviceSharing

extension SharingEngine {
    /// Pending requests for officers to decide on, a page at a time. Throws `invalid-input`.
    public func queuePage(_ filter: QueueFilter) async throws -> QueuePage {
        try filter.validate()
        return try await QueueQueries(ledger: ledger, pool: pool).page(filter, at: clock.now())
    }

    /// How much there is to do.
    public func queueCounts(for officer: String) async throws -> QueueCounts {
        try await QueueQueries(ledger: ledger, pool: pool).counts(for: officer, at: clock.now())
    }
}
