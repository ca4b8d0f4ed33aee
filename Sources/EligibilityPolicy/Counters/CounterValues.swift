import Canonical

/// The numbers of the counters that a policy uses, as they were when it decided.
public struct CounterValues: Hashable, Sendable {
    private var values: [HistoryCounter: Int]

    public static let none = CounterValues([:])

    public init(_ values: [HistoryCounter: Int]) { self.values = values.mapValues(Self.bounded) }

    public var isEmpty: Bool { values.isEmpty }

    /// From 0 to ``HistoryCounter/maximum``.
    public subscript(counter: HistoryCounter) -> Int? {
        get { values[counter] }
        set { values[counter] = newValue.map(Self.bounded) }
    }

    private static func bounded(_ number: Int) -> Int { min(max(number, 0), HistoryCounter.maximum) }

    /// By spelling, in order.
    public var sorted: [(counter: HistoryCounter, value: Int)] {
        values.map { (counter: $0.key, value: $0.value) }.sorted {
            $0.counter.description.utf8.lexicographicallyPrecedes($1.counter.description.utf8)
        }
    }
}

extension CounterValues {
    /// As an object: `{"sharings.owner.30d":2}`.
    package var json: JSONValue {
        var object = JSONObject()
        for (counter, value) in sorted { object[counter.description] = .integer(Int64(value)) }
        return .object(object)
    }

    package func write(to writer: inout CanonicalJSONWriter) { writer.value(canonical: json.canonicalBytes()) }

    /// Nil where a name is no counter's, or a value is none that one can have.
    package init?(json: JSONValue) {
        guard let object = json.objectValue else { return nil }
        var values: [HistoryCounter: Int] = [:]
        for (name, value) in object.members {
            guard let counter = HistoryCounter(name), let number = value.integerValue,
                (0...Int64(HistoryCounter.maximum)).contains(number)
            else { return nil }
            values[counter] = Int(number)
        }
        self.init(values)
    }
}
