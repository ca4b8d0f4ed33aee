import DeviceSharing
import SharingLog

extension SharingEngine {
    /// Does work on states, and loads what it turns out to need.
    func loading<Value>(
        _ batch: inout BatchState, _ work: (inout BatchState) throws -> Value
    ) async throws -> Value {
        while true {
            do {
                return try work(&batch)
            } catch let missing as StreamsMissing {
                if !missing.streams.isEmpty { batch.add(try await loader.load(Set(missing.streams))) }
                batch.add(try await loader.users(of: Set(missing.entities)))
            }
        }
    }
}
