import DeviceSharing

extension ShareRequest {
    /// A request's state after its events. Throws `request-not-found` where there are none, and `data-in-archive`.
    package init(_ id: ShareRequestID, of history: [LedgerEvent]) throws {
        var state: ShareRequest?
        for event in history {
            guard case .shareRequest(let change) = try event.domainEvent() else { continue }
            state = ShareRequest.evolve(state, change, at: event.recordedAt)
        }
        guard let state else { throw SharingError.requestNotFound(id) }
        self = state
    }
}
