/// Letters that are the same but for case.
///
/// The relation is simple case folding (Unicode, CaseFolding.txt, status C and S), as RE2 and Go use it: two letters are the
/// same where they fold to one. A letter has more variants than its lower and upper case: k, K and the Kelvin sign are an
/// orbit of three.
enum CaseFolding {
    /// Every letter that is the same as this one, itself included.
    static func orbit(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if let orbit = exceptions[scalar] { return orbit }
        var orbit = [scalar]
        for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
            // A mapping to several letters is no simple one.
            let scalars = mapping.unicodeScalars
            if scalars.count == 1, let other = scalars.first, other != scalar { orbit.append(other) }
        }
        return orbit
    }

    /// By each of their letters the orbits that are not a letter with its lower and upper case.
    private static let exceptions: [Unicode.Scalar: [Unicode.Scalar]] = {
        var exceptions: [Unicode.Scalar: [Unicode.Scalar]] = [:]
        for orbit in listed + iotaPairs {
            for scalar in orbit { exceptions[scalar] = orbit }
        }
        return exceptions
    }()

    private static let listed: [[Unicode.Scalar]] = [
        ["K", "k", "\u{212a}"], ["S", "s", "\u{17f}"], ["\u{b5}", "\u{39c}", "\u{3bc}"], ["\u{c5}", "\u{e5}", "\u{212b}"],
        ["\u{df}", "\u{1e9e}"],
        // The dotless i is no variant of I: only Turkish would have it so.
        ["\u{131}"],
        ["\u{1c4}", "\u{1c5}", "\u{1c6}"], ["\u{1c7}", "\u{1c8}", "\u{1c9}"], ["\u{1ca}", "\u{1cb}", "\u{1cc}"],
        ["\u{1f1}", "\u{1f2}", "\u{1f3}"], ["\u{345}", "\u{399}", "\u{3b9}", "\u{1fbe}"],
        ["\u{392}", "\u{3b2}", "\u{3d0}"], ["\u{395}", "\u{3b5}", "\u{3f5}"],
        ["\u{398}", "\u{3b8}", "\u{3d1}", "\u{3f4}"], ["\u{39a}", "\u{3ba}", "\u{3f0}"],
        ["\u{3a0}", "\u{3c0}", "\u{3d6}"], ["\u{3a1}", "\u{3c1}", "\u{3f1}"], ["\u{3a3}", "\u{3c2}", "\u{3c3}"],
        ["\u{3a6}", "\u{3c6}", "\u{3d5}"], ["\u{3a9}", "\u{3c9}", "\u{2126}"], ["\u{412}", "\u{432}", "\u{1c80}"],
        ["\u{414}", "\u{434}", "\u{1c81}"], ["\u{41e}", "\u{43e}", "\u{1c82}"], ["\u{421}", "\u{441}", "\u{1c83}"],
        ["\u{422}", "\u{442}", "\u{1c84}", "\u{1c85}"], ["\u{42a}", "\u{44a}", "\u{1c86}"],
        ["\u{462}", "\u{463}", "\u{1c87}"], ["\u{1c88}", "\u{a64a}", "\u{a64b}"], ["\u{1e60}", "\u{1e61}", "\u{1e9b}"],
        ["\u{1fb3}", "\u{1fbc}"], ["\u{1fc3}", "\u{1fcc}"], ["\u{1ff3}", "\u{1ffc}"],
    ]

    /// Greek vowels with an iota below, whose upper case is two letters and whose title case is the variant.
    private static let iotaPairs: [[Unicode.Scalar]] = [0x1f80, 0x1f90, 0x1fa0].flatMap { (block: UInt32) in
        (block..<block + 8).map { [$0, $0 + 8].compactMap(Unicode.Scalar.init) }
    }
}
