import HTTPEdge

/// Secrets are made of the system's random bytes, and compared in a time that does not tell where they differ.
enum Secret {
    /// A new one, as text that an address can hold.
    static func random(bytes: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64URL.text((0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
