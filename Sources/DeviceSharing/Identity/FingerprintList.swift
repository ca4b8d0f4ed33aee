/// Several fingerprints of one attribute, one behind the other in the order of their bytes: a person has more than one
/// citizenship. A single one is as it always was.
struct FingerprintList: Hashable, Sendable {
    /// Bytes of one.
    static let length = 32

    let bytes: [UInt8]

    init(_ fingerprints: [[UInt8]]) {
        bytes = fingerprints.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    var fingerprints: Set<ArraySlice<UInt8>> {
        Set(stride(from: 0, to: bytes.count, by: Self.length).map { bytes[$0..<min($0 + Self.length, bytes.count)] })
    }
}
