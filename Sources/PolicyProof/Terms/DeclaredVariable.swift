import EligibilityPolicy

/// What facts can have in one place that policies declare: what a portal says under one name, or the number of a counter. Policies
/// may read it in different ways, and see one and the same request.
struct DeclaredVariable {
    /// Of which sort the value is, or that there is none.
    enum Shape: Hashable {
        case word, integer, flag, lacking
    }

    let source: FactSource
    /// Those that occur; of what a portal says also that there is no value: last, so that witnesses have one.
    let shapes: [Shape]
    /// All words that a policy takes.
    let words: [String]
    /// From the least whole number that a policy takes to the greatest.
    let range: ClosedRange<Int>

    init(_ source: FactSource, _ fields: [DeclaredField]) {
        self.source = source
        var shapes: [Shape] = []
        var words: [String] = []
        var range: ClosedRange<Int>?
        for field in fields {
            if !shapes.contains(field.shape) { shapes.append(field.shape) }
            words += (field.type.words ?? []).filter { !words.contains($0) }
            guard case .integer(let own) = field.type else { continue }
            range = range.map { min($0.lowerBound, own.lowerBound)...max($0.upperBound, own.upperBound) } ?? own
        }
        switch source {
        case .input: self.shapes = shapes + [.lacking]
        // Whatever a policy counts is counted.
        case .counter: self.shapes = shapes
        }
        self.words = words
        self.range = range ?? 0...0
    }

    static func all(of policies: [Policy]) -> [DeclaredVariable] {
        let fields = policies.flatMap(\.schema.declared)
        var sources: [FactSource] = []
        for field in fields where !sources.contains(field.source) { sources.append(field.source) }
        return sources.map { source in DeclaredVariable(source, fields.filter { $0.source == source }) }
    }
}

extension DeclaredField {
    var shape: DeclaredVariable.Shape {
        switch type {
        case .choice, .country: .word
        case .integer: .integer
        case .boolean: .flag
        }
    }

    /// What tells two policies' readings apart.
    var meaning: String { "\(record) \(source) \(type) \(fallback)" }
}
