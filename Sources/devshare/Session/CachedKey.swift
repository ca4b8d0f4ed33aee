import DeviceSharing
import Synchronization

/// A key that is loaded when it is first needed.
final class CachedKey: Sendable {
    private let load: @Sendable () throws -> FingerprintKey
    private let key = Mutex<FingerprintKey?>(nil)

    init(_ load: @Sendable @escaping () throws -> FingerprintKey) { self.load = load }

    func get() throws -> FingerprintKey {
        try key.withLock { key in
            if let key { return key }
            let loaded = try load()
            key = loaded
            return loaded
        }
    }
}
