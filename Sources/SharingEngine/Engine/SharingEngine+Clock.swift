import Canonical
import SharingLog

extension SharingEngine {
    /// The time as decisions take it. Throws `clock-behind` and `clock-ahead`.
    public func now() throws(EngineError) -> Timestamp { try clock.now() }
}
