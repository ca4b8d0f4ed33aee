import SharingLog
import Transparency

/// A witness may never answer, such as a file on a mount that hangs.
extension Witness {
    /// Throws `witness-unusable` where there is no answer in time.
    func latest(within limit: Duration) async throws -> SignedNote? {
        try await withTimeout(limit, throwing: .silentWitness(limit)) { try await self.latest() }
    }

    /// Throws `witness-unusable` where there is no answer in time; the note may have been shown all the same.
    func publish(_ note: SignedNote, size: UInt64, within limit: Duration) async throws {
        try await withTimeout(limit, throwing: .silentWitness(limit)) { try await self.publish(note, size: size) }
    }
}

extension EngineError {
    fileprivate static func silentWitness(_ limit: Duration) -> EngineError {
        EngineError(.witnessUnusable, "a witness did not answer within \(limit)")
    }
}
