import Canonical

/// Rows under headings, in columns that line up.
struct Table {
    private let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: String...) { self.init(headings) }

    init(_ headings: [String]) { self.headings = headings }

    mutating func add(_ cells: String...) { add(cells) }

    /// Cells take as much room as they are shown in.
    mutating func add(_ cells: [String]) { rows.append(cells.map { $0.withVisibleControls() }) }

    /// The lines of the table, or `otherwise` where it has no rows.
    func lines(otherwise: String) -> [String] {
        guard !rows.isEmpty else { return [otherwise] }
        var widths = headings.map(\.displayWidth)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.displayWidth) }
        }
        let head = Terminal.styled(line(headings, widths), .bold)
        return [head] + rows.map { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (column, cell) in cells.enumerated() {
            text += cell
            if column < cells.count - 1 {
                text += String(repeating: " ", count: widths[column] - cell.displayWidth + 2)
            }
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension String {
    /// Columns that the text takes on a terminal: wide East Asian characters take two.
    var displayWidth: Int {
        unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x20000...0x3FFFD:
                width + 2
            default: width + 1
            }
        }
    }
}
