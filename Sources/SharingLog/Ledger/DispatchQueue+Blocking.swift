import Dispatch

extension DispatchQueue {
    /// Does on this queue what blocks, such as reading a file: no thread of the cooperative pool may wait for a disk.
    package func blocking<Value: Sendable>(_ work: @Sendable @escaping () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
