/// A map of the language: keys are bool, int, uint or string; entries keep the order they were made in.
///
/// Numeric keys are one key where they are numerically equal, whatever their type (`{1: a}[1u]` is `a`).
package struct CELMap: Sendable {
    package struct Entry: Sendable {
        package let key: CELValue
        package let value: CELValue
    }

    package private(set) var entries: [Entry]
    private var positions: [MapKey: Int]

    package init() {
        entries = []
        positions = [:]
    }

    package init(reservingCapacity capacity: Int) {
        entries = []
        positions = [:]
        entries.reserveCapacity(capacity)
        positions.reserveCapacity(capacity)
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// The value under a key; nil where there is none or the key is of a type no map has.
    package subscript(key: CELValue) -> CELValue? {
        guard let key = MapKey(looking: key), let position = positions[key] else { return nil }
        return entries[position].value
    }

    package subscript(key: String) -> CELValue? {
        guard let position = positions[.string(TextKey(key))] else { return nil }
        return entries[position].value
    }

    package func contains(_ key: CELValue) -> Bool {
        guard let key = MapKey(looking: key) else { return false }
        return positions[key] != nil
    }

    package enum InsertionError: Error {
        case unsupportedKey
        case repeatedKey
    }

    package mutating func insert(_ value: CELValue, for key: CELValue) throws(InsertionError) {
        guard let mapKey = MapKey(storing: key) else { throw .unsupportedKey }
        guard positions.updateValue(entries.count, forKey: mapKey) == nil else { throw .repeatedKey }
        entries.append(Entry(key: key, value: value))
    }
}

extension CELMap: Equatable {
    package static func == (left: CELMap, right: CELMap) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right.strictValue(for: $0.key) == $0.value }
    }

    private func strictValue(for key: CELValue) -> CELValue? {
        guard let mapKey = MapKey(looking: key), let position = positions[mapKey], entries[position].key == key else {
            return nil
        }
        return entries[position].value
    }
}

/// What keys are compared by: numbers by their numeric value, strings by their code points.
private enum MapKey: Hashable {
    case bool(Bool)
    case int(Int64)
    case largeUInt(UInt64)
    case string(TextKey)

    init?(storing key: CELValue) {
        switch key {
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .uint(let number): self = Int64(exactly: number).map(MapKey.int) ?? .largeUInt(number)
        case .string(let text): self = .string(TextKey(text))
        default: return nil
        }
    }

    /// A double finds the integer that equals it, though it can never be stored.
    init?(looking key: CELValue) {
        guard case .double(let number) = key else {
            self.init(storing: key)
            return
        }
        if let integer = Int64(exactly: number) {
            self = .int(integer)
        } else if let integer = UInt64(exactly: number) {
            self = .largeUInt(integer)
        } else {
            return nil
        }
    }
}

private struct TextKey: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: TextKey, right: TextKey) -> Bool { sameText(left.text, right.text) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
