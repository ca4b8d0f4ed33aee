import EligibilityPolicy

/// What a portal can say under one name, for all policies that ask for it: they may ask in different ways, and see one and the same
/// request.
struct WorldInput {
    /// Of which sort the value is, or that there is none.
    enum Shape: Hashable {
        case word, integer, flag, lacking
    }

    let id: String
    /// Those that occur, and that there is no value: last, so that witnesses have one.
    let shapes: [Shape]
    /// All words that a policy takes.
    let words: [String]
    /// From the least whole number that a policy takes to the greatest.
    let range: ClosedRange<Int>

    init(_ id: String, _ fields: [InputField]) {
        self.id = id
        var shapes: [Shape] = []
        var words: [String] = []
        var range: ClosedRange<Int>?
        for field in fields {
            if !shapes.contains(field.shape) { shapes.append(field.shape) }
            words += (field.type.words ?? []).filter { !words.contains($0) }
            guard case .integer(let own) = field.type else { continue }
            range = range.map { min($0.lowerBound, own.lowerBound)...max($0.upperBound, own.upperBound) } ?? own
        }
        self.shapes = shapes + [.lacking]
        self.words = words
        self.range = range ?? 0...0
    }

    static func all(of policies: [Policy]) -> [WorldInput] {
        let fields = policies.flatMap(\.schema.inputs)
        var ids: [String] = []
        for field in fields where !ids.contains(field.id) { ids.append(field.id) }
        return ids.map { id in WorldInput(id, fields.filter { $0.id == id }) }
    }
}

extension InputField {
    var shape: WorldInput.Shape {
        switch type {
        case .choice, .country: .word
        case .integer: .integer
        case .boolean: .flag
        }
    }

    /// What tells two policies' readings of an input apart.
    var meaning: String { "input \(id) \(type) \(fallback)" }
}
