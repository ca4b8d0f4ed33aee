import Canonical
import HTTPEdge
import NIOCore

/// What became of the lines of an import, in a few bytes for each: only some of the refused ones keep all that there is to say
/// of them. As a sequence it is the answer, one ImportResult a line, made as it is written.
struct ImportReport: Sendable {
    private enum Fate: Sendable {
        case open
        case recorded
        case unchanged
        case refused(ProblemDetails.Code)
    }

    private struct Entry {
        /// The line's.
        let number: Int
        var fate: Fate
    }

    private var entries: [Entry]
    /// What there is to say of refused lines, by the places of their entries.
    private var problems: [Int: JSONValue] = [:]
    private var roomForProblems: Int
    private let maximumProblems: Int

    /// - Parameters:
    ///   - numbers: of the lines, in their order.
    ///   - maximumProblems: refused lines that keep all that there is to say of them.
    ///   - problemBytes: of all that is kept, as JSON.
    init(numbers: [Int], maximumProblems: Int, problemBytes: Int) {
        entries = numbers.map { Entry(number: $0, fate: .open) }
        self.maximumProblems = maximumProblems
        roomForProblems = problemBytes
    }

    /// Whether nothing has become of a line so far.
    /// - Parameter place: among the lines that are not empty, from 0.
    func isOpen(_ place: Int) -> Bool {
        if case .open = entries[place].fate { true } else { false }
    }

    mutating func record(_ place: Int, isChanged: Bool) { entries[place].fate = isChanged ? .recorded : .unchanged }

    /// - Parameter text: makes what there is to say, where it is kept.
    mutating func refuse(_ place: Int, _ code: ProblemDetails.Code, _ text: () -> JSONValue) {
        entries[place].fate = .refused(code)
        guard problems.count < maximumProblems else { return }
        let problem = text()
        let size = problem.canonicalBytes().count
        guard size <= roomForProblems else { return }
        roomForProblems -= size
        problems[place] = problem
    }

    /// How many lines were recorded, unchanged and refused.
    var tally: (recorded: Int, unchanged: Int, refused: Int) {
        var tally = (recorded: 0, unchanged: 0, refused: 0)
        for entry in entries {
            switch entry.fate {
            case .recorded: tally.recorded += 1
            case .unchanged: tally.unchanged += 1
            case .refused, .open: tally.refused += 1
            }
        }
        return tally
    }

    /// The refused lines of which all is kept that there is to say, in their order.
    var refusals: [JSONValue] { problems.keys.sorted().map(result) }

    private func result(_ place: Int) -> JSONValue {
        let entry = entries[place]
        let line = JSONValue.integer(Int64(entry.number))
        switch entry.fate {
        case .recorded: return ["line": line, "status": "recorded"]
        case .unchanged: return ["line": line, "status": "unchanged"]
        case .refused(let code):
            return .members([
                "line": line, "status": "refused", "code": .string(code.rawValue), "problem": problems[place],
            ])
        // The import ends when nothing is open.
        case .open: return ["line": line, "status": "refused", "code": "internal-failure"]
        }
    }
}

extension ImportReport: AsyncSequence {
    /// Bytes that are made before they are written.
    private static let chunk = 65_536

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let report: ImportReport
        fileprivate var place = 0

        mutating func next() async throws -> ByteBuffer? {
            guard place < report.entries.count else { return nil }
            var buffer = ByteBuffer()
            while place < report.entries.count, buffer.readableBytes < ImportReport.chunk {
                buffer.writeBytes(report.result(place).canonicalBytes())
                buffer.writeInteger(UInt8(ascii: "\n"))
                place += 1
            }
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(report: self) }
}
