import Transparency

/// How many witnesses a checkpoint was shown to, as its signed text says: a further line, `witnesses 2`
/// (c2sp.org/tlog-checkpoint: extension lines). A checkpoint of a log without witnesses has no such line, and those of before
/// have none either.
struct WitnessCount: Hashable, Sendable {
    let number: Int

    private static let word = "witnesses"

    init(_ number: Int) { self.number = number }

    init(of checkpoint: Checkpoint) {
        let counts = checkpoint.extensions.compactMap { line -> Int? in
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == Self.word else { return nil }
            return Int(parts[1])
        }
        number = counts.max() ?? 0
    }

    var extensions: [String] { number > 0 ? ["\(Self.word) \(number)"] : [] }
}
