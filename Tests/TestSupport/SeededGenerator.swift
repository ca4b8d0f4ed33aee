import Canonical
import Foundation

/// Random numbers that can be repeated: SplitMix64 over a seed that a failing test prints.
package struct SeededGenerator: RandomNumberGenerator, Sendable, CustomStringConvertible {
    package let seed: UInt64
    private var numbers: SplitMix64

    /// - Parameter seed: nil takes `DEVSHARE_TEST_SEED`, or a new one.
    package init(seed: UInt64? = nil) {
        let given = ProcessInfo.processInfo.environment["DEVSHARE_TEST_SEED"].flatMap { UInt64($0) }
        self.seed = seed ?? given ?? .random(in: .min ... .max)
        numbers = SplitMix64(seed: self.seed)
    }

    /// How often a test by random cases repeats itself: `DEVSHARE_TEST_ROUNDS` asks for more.
    package static func rounds(_ usual: Int) -> Int {
        max(usual, ProcessInfo.processInfo.environment["DEVSHARE_TEST_ROUNDS"].flatMap { Int($0) } ?? usual)
    }

    package mutating func next() -> UInt64 { numbers.next() }

    /// A generator of its own for a task, which does not depend on what other tasks draw.
    package mutating func split() -> SeededGenerator { SeededGenerator(seed: next()) }

    package var description: String { "seed \(seed): repeat with DEVSHARE_TEST_SEED=\(seed)" }
}

extension SeededGenerator {
    /// True once in `n` times.
    package mutating func once(in n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

    package mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &self) }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    package mutating func bytes(upTo limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in .random(in: .min ... .max, using: &self) }
    }

    /// Characters of all planes: controls, quotes, accents that combine, those beside the surrogates and at the ends of the
    /// UTF-8 lengths; never NUL.
    package mutating func text(upTo limit: Int = 12) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0x20...0x7E, 0x01...0x1F, 0x22...0x22, 0x5C...0x5C, 0x7E...0x81, 0x300...0x36F, 0x7FE...0x801,
            0x4E00...0x4E20, 0xD7F0...0xD7FF, 0xE000...0xE010, 0xFFF0...0xFFFF, 0x10000...0x10010, 0x1F600...0x1F64F,
            0x10FFF0...0x10FFFF, 0x01...0x10FFFF,
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<below(limit + 1) {
            if let scalar = Unicode.Scalar(UInt32.random(in: pick(ranges), using: &self)) { text.append(scalar) }
        }
        return String(text)
    }

    /// Any number, often one at the edges of its type or of zero.
    package mutating func number<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
        switch Int.random(in: 0..<6, using: &self) {
        case 0: .min
        case 1: .max
        case 2: 0
        case 3: Value(truncatingIfNeeded: -1)
        default: .random(in: .min ... .max, using: &self)
        }
    }
}
