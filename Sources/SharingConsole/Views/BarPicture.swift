import Canonical

/// Counts as bars, one for each row, in up to two parts. The table beside it says the same in numbers. The template is
/// `bars.mustache`.
struct BarPicture {
    struct Bar {
        let label: String
        /// In order; each has a look of its own.
        let parts: [(count: Int, badge: Badge)]

        var total: Int { parts.reduce(0) { $0 + $1.count } }
        var description: String { "\(label): " + parts.map { String($0.count) }.joined(separator: " / ") }
    }

    /// For the picture's ids, unique on the page.
    let name: String
    let title: String
    let bars: [Bar]

    private static let rowHeight = 28
    private static let labelWidth = 260
    private static let barWidth = 260

    var json: JSONValue {
        let highest = max(1, bars.map(\.total).max() ?? 1)
        return [
            "name": .string(name), "title": .string(title),
            "description": .string(bars.map(\.description).joined(separator: "; ")),
            "width": JSONValue(Self.labelWidth + Self.barWidth + 60), "height": JSONValue(max(1, bars.count) * Self.rowHeight),
            "rows": .array(bars.enumerated().map { place, bar in row(bar, at: place, highest: highest) }),
        ]
    }

    private func row(_ bar: Bar, at place: Int, highest: Int) -> JSONValue {
        let top = place * Self.rowHeight
        var x = Self.labelWidth
        var parts: [JSONValue] = []
        for part in bar.parts where part.count > 0 {
            let length = max(2, part.count * Self.barWidth / highest)
            parts.append([
                "x": JSONValue(x), "y": JSONValue(top + 5), "length": JSONValue(length), "class": part.badge.json,
            ])
            x += length
        }
        return [
            "label": .string(bar.label.count > 34 ? String(bar.label.prefix(33)) + "…" : bar.label),
            "textY": JSONValue(top + 19), "parts": .array(parts), "valueX": JSONValue(x + 8),
            "total": .string(String(bar.total)),
        ]
    }
}
