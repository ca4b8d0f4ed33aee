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
    private(set) var discarded: [String] = []

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

    mutating func forget(_ key: PreparedStatementKey, isOnServer: Bool) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        if isOnServer { discarded.append(entry.name) }
    }

    mutating func takeDiscarded() -> [String] {
        defer { discarded.removeAll() }
        return discarded
    }
}
