/// Every kind of device a policy knows, in the order of the policy file.
public struct DeviceCatalog: Hashable, Sendable {
    public let kinds: [DeviceKind]
    private let positions: [DeviceKindID: Int]

    /// Of two kinds with one id the first counts; the loader refuses such a file.
    public init(_ kinds: [DeviceKind]) {
        self.kinds = kinds
        positions = Dictionary(
            kinds.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The kinds by their levels, the highest first; in the order of the policy file where levels are equal.
    package var strongestFirst: [DeviceKind] { kinds.sorted { $0.level > $1.level } }

    public subscript(id: DeviceKindID) -> DeviceKind? {
        positions[id].map { kinds[$0] }
    }
}
