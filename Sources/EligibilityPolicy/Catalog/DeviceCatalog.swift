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

    public subscript(id: DeviceKindID) -> DeviceKind? {
        positions[id].map { kinds[$0] }
    }
}
