import Canonical
import Transparency

/// What a verifier asks for. Needs the role `auditor` or `operator`.
extension DeviceSharingClient {
    /// The newest checkpoint, or the first that covers a position. Not verified: see `Checkpoint.open`.
    public func checkpoint(covering position: Int64? = nil) async throws -> SignedNote {
        let answer = try await transport.send(.GET, "/v1/checkpoint" + (position.map { "?covering=\($0)" } ?? ""))
        do throws(TransparencyError) {
            return try SignedNote(parsing: answer.bytes)
        } catch {
            throw ClientError(.unexpectedAnswer, "the checkpoint is no signed note: \(error)")
        }
    }

    /// That an event is in the tree of a checkpoint of that size.
    public func inclusionProof(of position: Int64, inTreeOfSize size: UInt64) async throws -> InclusionAnswer {
        try InclusionAnswer(
            await transport.json(.GET, "/v1/proofs/inclusion?position=\(position)&size=\(size)"))
    }

    /// That the tree of one checkpoint extends that of an earlier one.
    public func consistencyProof(from oldSize: UInt64, to newSize: UInt64) async throws -> ConsistencyProof {
        let answer = try await transport.json(.GET, "/v1/proofs/consistency?from=\(oldSize)&to=\(newSize)")
        return ConsistencyProof(hashes: try .init(hexadecimal: answer["hashes"]))
    }

    /// The first `width` hashes of a tile (c2sp.org/tlog-tiles).
    public func tile(_ coordinate: TileCoordinate, width: Int = TileCoordinate.fullWidth) async throws -> [Digest] {
        let bytes = try await transport.send(.GET, "/v1/" + coordinate.path(width: width)).bytes
        guard let hashes = [Digest](concatenated: bytes), hashes.count == width else {
            throw ClientError(.unexpectedAnswer, "the tile \(coordinate) has \(bytes.count) bytes, not \(width) hashes")
        }
        return hashes
    }
}
