import Foundation

/// Random numbers that a seed brings back (SplitMix64). A test that fails names its seed; `TEST_SEED` in the environment
/// makes every test use that one.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A generator of a new seed, or of the one in the environment.
    package static func fresh() -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["TEST_SEED"].flatMap { UInt64($0) }
        return SeededGenerator(seed: given ?? UInt64.random(in: 0...UInt64(UInt32.max)))
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    /// True once in `n` times.
    package mutating func once(in n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

    package mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &self) }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A text of scalars from every corner of Unicode: controls, quotes, accents that combine, beyond the basic plane.
    package mutating func text(upTo length: Int = 12) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<below(length + 1) {
            let range: ClosedRange<UInt32> = pick([
                0x20...0x7E, 0x20...0x7E, 0x00...0x1F, 0x22...0x22, 0x5C...0x5C, 0x7F...0xFF, 0x300...0x30F,
                0x4E00...0x4E20,
                0xE000...0xFFFF, 0x1F600...0x1F640, 0x10_FFF0...0x10_FFFF,
            ])
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
