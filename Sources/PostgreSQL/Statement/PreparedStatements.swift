/// What makes two statements share a preparation.
struct PreparedStatementKey: Hashable, Sendable {
    let sql: String
    let types: [UInt32]
}

/// The statements prepared on one connection, by text; the least recently used make room for new ones.
struct PreparedStatements {
    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [PreparedStatementKey: Entry] = [:]
    private var uses: UInt64 = 0
    /// Names that the server still holds and nobody will use again.
    private var discarded: [String] = []

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// The name of the prepared statement, if there is one.
    mutating func name(for key: PreparedStatementKey) -> String? {
        uses += 1
        guard let index = entries.index(forKey: key) else { return nil }
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// Names a new statement, and forgets the one that was not used for longest when there are too many.
    mutating func add(_ key: PreparedStatementKey) -> String {
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            forget(oldest.key, isOnServer: true)
        }
        uses += 1
        let name = "s\(uses)"
        entries[key] = Entry(name: name, lastUse: uses)
        return name
    }

    private mutating func forget(_ key: PreparedStatementKey, isOnServer: Bool) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        if isOnServer { discarded.append(entry.name) }
    }

    mutating func takeDiscarded() -> [String] {
        defer { discarded.removeAll() }
        return discarded
    }

    // MARK: What the server refused

    /// The server does not hold the statement, neither for use nor to be discarded.
    mutating func preparationFailed(_ name: String) {
        discarded.removeAll { $0 == name }
        if let key = entries.first(where: { $0.value.name == name })?.key { forget(key, isOnServer: false) }
    }

    /// Somebody else's DEALLOCATE, or a table that has changed its shape: the next use prepares it anew.
    mutating func executionFailed(_ key: PreparedStatementKey, with sqlState: SQLState?) {
        switch sqlState {
        case .invalidStatementName?: forget(key, isOnServer: false)
        case .featureNotSupported?: forget(key, isOnServer: true)
        default: break
        }
    }

    /// Tried again later, unless the server has no such statement.
    mutating func discardingFailed(_ name: String, with sqlState: SQLState?) {
        if sqlState != .invalidStatementName { discarded.append(name) }
    }
}
