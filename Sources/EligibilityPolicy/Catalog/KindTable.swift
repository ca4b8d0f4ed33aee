/// The catalogue as an evaluation uses it: small, and free of the kinds' names in every language.
struct KindTable: Sendable {
    struct Entry: Sendable {
        let id: String
        let level: Int
        let isShareable: Bool
        let isTemporary: Bool
        let isPhysical: Bool
    }

    private let entries: [Entry]
    /// Above every level of the catalogue.
    let levelAboveAll: Int

    init(_ catalog: DeviceCatalog) {
        entries = catalog.kinds.map {
            Entry(
                id: $0.id.rawValue, level: $0.level.rawValue, isShareable: $0.isShareable, isTemporary: $0.isTemporary,
                isPhysical: $0.isPhysical)
        }
        levelAboveAll = (catalog.kinds.map(\.level.rawValue).max() ?? 0) + 1
    }

    /// A catalogue has few kinds: looking through them beats hashing.
    func place(of kind: DeviceKindID) -> Int? {
        for place in entries.indices where entries[place].id == kind.rawValue { return place }
        return nil
    }

    subscript(place: Int) -> Entry { entries[place] }
}
