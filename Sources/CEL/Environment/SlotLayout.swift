/// Which slot of an activation holds which variable.
///
/// A variable of record type has no slot of its own: each of its leaf fields has one, so that `requester.entity`
/// is a load from a fixed place.
package struct SlotLayout: Sendable {
    /// Every leaf in slot order: its dotted path and type.
    package private(set) var leaves: [(path: String, type: CELType)] = []
    private var slots: [String: Int] = [:]

    package var count: Int { leaves.count }

    /// The slot of a variable, or of a leaf field of one of record type.
    package func slot(for path: [String]) -> Int? { slots[path.joined(separator: ".")] }

    mutating func add(_ path: String, type: CELType) -> Int {
        if let slot = slots[path] { return slot }
        slots[path] = leaves.count
        leaves.append((path, type))
        return leaves.count - 1
    }
}

/// A variable of record type, or a field of one: where its leaves are.
package struct RecordShape: Sendable {
    package indirect enum Member: Sendable {
        case leaf(slot: Int, CELType)
        case record(RecordShape)
    }

    package let type: RecordType
    /// In the order of the type's fields.
    package let members: [Member]

    func member(_ name: String) -> Member? {
        type.fields.firstIndex { $0.name == name }.map { members[$0] }
    }
}
