import Canonical
import DeviceSharing
import EventLog
import SharingAudit
import SharingEngine
import SharingLog
import TestSupport
import Testing
import Transparency

@testable import DeviceSharingClient

/// What a verifier learns over HTTP, with the log's public key and Transparency alone.
@Suite(.fewAtOnce) struct ProofTests {
    private let key: SignerKey

    init() throws { key = SignerKey.generate(name: try KeyName("test.example/log")) }

    private var sealing: SealingConfiguration { SealingConfiguration(signers: [key]) }

    /// The newest checkpoint, once a key that is trusted is found to have signed it.
    private func checkpoint(_ api: API) async throws -> Checkpoint {
        let reply = try await api.send(.GET, "/v1/checkpoint", as: .auditor)
        return try Checkpoint.open(SignedNote(parsing: reply.bytes), trusting: [key.verifier])
    }

    private func hashes(_ reply: Reply) throws -> [Digest] {
        try #require(reply.json["hashes"]?.arrayValue).map { try #require(Digest(hex: $0.stringValue ?? "")) }
    }

    /// The leaf hash that a stranger computes of an event as the feed shows it (Schema/LEAF-ENCODING.md).
    private func leafHash(_ event: JSONValue) throws -> Digest {
        LeafEncoding(ledger: Ledger(key: 1, name: "default")).hash(
            stream: try #require(event["stream"]?.stringValue), version: Int32(try #require(event["version"]?.integerValue)),
            type: try #require(event["type"]?.stringValue),
            schemaVersion: Int16(try #require(event["schemaVersion"]?.integerValue)),
            recordedAt: try #require(Timestamp(event["recordedAt"]?.stringValue ?? "")),
            metadata: try #require(event["metadata"]).canonicalBytes(), data: try #require(event["data"]).canonicalBytes())
    }

    /// So many users, and the checkpoint over them.
    private func record(_ count: Int, from first: Int, _ api: API) async throws -> Checkpoint {
        let lines = (first..<first + count).map {
            """
            {"type":"user","id":"u\($0)","entity":"e1","entityKind":"individual","registeredAt":"\(API.longAgo)"}
            """
        }
        let reply = try await api.send(
            .POST, "/v1/directory/import", as: .portal, text: lines.joined(separator: "\n"),
            headers: [("Content-Type", "application/x-ndjson")])
        #expect(reply.status == 200)
        let head = UInt64(try await api.engine.log.head().rawValue)
        try await eventually("the log is sealed", within: .seconds(60)) {

            try await api.engine.log.latestCheckpoint()?.size ?? 0 >= head
        }
        return try await checkpoint(api)
    }

    @Test func aStrangerProvesThatAnEventWasRecorded() async throws {
        try await API.run(sealing: sealing) { api in
            let checkpoint = try await record(20, from: 0, api)
            for position in [1, 2, 17, Int(checkpoint.size)] {
                let page = try await api.send(.GET, "/v1/events?after=\(position - 1)&limit=1", as: .auditor)
                let leaf = try leafHash(try #require(page.json["items"]?.arrayValue?.first))
                let reply = try await api.send(
                    .GET, "/v1/proofs/inclusion?position=\(position)&size=\(checkpoint.size)", as: .auditor)
                let proof = InclusionProof(hashes: try hashes(reply))
                try proof.verify(
                    leafHash: leaf, index: UInt64(position) - 1, size: checkpoint.size, root: checkpoint.root)
                #expect(reply.json["leafHash"]?.stringValue == leaf.description)
                // The proof of one event proves no other.
                #expect(throws: TransparencyError.self) {
                    try proof.verify(
                        leafHash: Digest(sha256: [1]), index: UInt64(position) - 1, size: checkpoint.size,
                        root: checkpoint.root)
                }
            }
        }
    }

    @Test func checkpointsOfDifferentTimesAreConsistent() async throws {
        try await API.run(sealing: sealing) { api in
            let earlier = try await record(3, from: 0, api)
            let later = try await record(300, from: 3, api)
            #expect(earlier.size < later.size)
            let reply = try await api.send(
                .GET, "/v1/proofs/consistency?from=\(earlier.size)&to=\(later.size)", as: .operator)
            let proof = ConsistencyProof(hashes: try hashes(reply))
            try proof.verify(
                oldSize: earlier.size, newSize: later.size, oldRoot: earlier.root, newRoot: later.root)
            #expect(throws: TransparencyError.self) {
                try proof.verify(
                    oldSize: earlier.size, newSize: later.size, oldRoot: Digest(sha256: [1]), newRoot: later.root)
            }
            // The checkpoint that was the newest then is found by what it covers.
            let covering = try await api.send(.GET, "/v1/checkpoint?covering=\(earlier.size)", as: .auditor)
            #expect(try Checkpoint(text: SignedNote(parsing: covering.bytes).text).size == earlier.size)
        }
    }

    /// From tiles alone, with the paths of c2sp.org/tlog-tiles.
    @Test func theRootFollowsFromTheTiles() async throws {
        try await API.run(sealing: sealing) { api in
            let checkpoint = try await record(300, from: 0, api)
            let rest = Int(checkpoint.size) - TileCoordinate.fullWidth
            let full = try await api.send(.GET, "/v1/tile/0/000", as: .auditor)
            #expect(full.headers.first(name: "Cache-Control") == "public, max-age=31536000, immutable")
            #expect(full.headers.first(name: "Content-Type") == "application/octet-stream")
            let partial = try await api.send(.GET, "/v1/tile/0/001.p/\(rest)", as: .auditor)
            #expect(partial.headers.first(name: "Cache-Control") == "public, max-age=60")
            #expect(partial.headers.first(name: "Vary") == "Authorization")
            let leaves = try #require([Digest](concatenated: full.bytes + partial.bytes))
            #expect(leaves.count == Int(checkpoint.size))
            #expect(MerkleTree.root(leaves) == checkpoint.root)
            let upper = try await api.send(.GET, "/v1/tile/1/000.p/1", as: .auditor)
            #expect(upper.bytes == MerkleTree.root(Array(leaves.prefix(TileCoordinate.fullWidth))).bytes)
            // A generated client escapes the slashes of a parameter.
            #expect(try await api.send(.GET, "/v1/tile/0/001.p%2F\(rest)", as: .auditor).bytes == partial.bytes)
        }
    }

    @Test func whatIsNotSealedIsSaidToBeSo() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            for path in [
                "/v1/checkpoint", "/v1/checkpoint?covering=1", "/v1/proofs/inclusion?position=1&size=1",
                "/v1/proofs/consistency?from=1&to=2", "/v1/tile/0/000", "/v1/tile/63/x001/x002/003.p/1",
            ] {
                let reply = try await api.send(.GET, path, as: .auditor)
                #expect(reply.status == 404, "\(path)")
                #expect(reply.code == "not-sealed", "\(path)")
                #expect(reply.headers.first(name: "Cache-Control") == "no-store")
            }
        }
    }

    @Test func whatIsNoProofIsRefused() async throws {
        try await API.run(sealing: sealing) { api in
            _ = try await record(3, from: 0, api)
            for path in [
                "/v1/checkpoint?covering=0", "/v1/proofs/inclusion?position=1", "/v1/proofs/inclusion?position=3&size=2",
                "/v1/proofs/inclusion?position=0&size=2", "/v1/proofs/consistency?from=3&to=2",
                "/v1/proofs/consistency?from=0&to=2", "/v1/tile/64/000", "/v1/tile/0/0", "/v1/tile/0/x000/001",
                "/v1/tile/0/000.p/0", "/v1/tile/0/000.p/256", "/v1/tile/00/000", "/v1/tile/0/000/..",
            ] {
                let reply = try await api.send(.GET, path, as: .auditor)
                #expect(reply.status == 400, "\(path)")
                #expect(reply.code == "request-invalid", "\(path)")
            }
            #expect(try await api.send(.GET, "/v1/tile/0", as: .auditor).code == "route-not-found")
            #expect(try await api.send(.POST, "/v1/tile/0/x001/002", as: .auditor).code == "method-not-allowed")
        }
    }

    @Test func theClientVerifiesWithTheKeyAlone() async throws {
        try await API.run(sealing: sealing) { api in
            let earlier = try await record(3, from: 0, api)
            let later = try await record(3, from: 3, api)
            let token = try await api.token(.auditor)
            let client = DeviceSharingClient(.init(server: api.address("")) { token })
            let checkpoint = try Checkpoint.open(await client.checkpoint(), trusting: [key.verifier])
            #expect(checkpoint == later)
            // The engine seals in its own time, too: perhaps in the middle of what was recorded.
            let covering = try await Checkpoint(text: client.checkpoint(covering: 1).text)
            #expect((1...earlier.size).contains(covering.size))
            let inclusion = try await client.inclusionProof(of: 2, inTreeOfSize: later.size)
            try inclusion.verify(in: later)
            #expect(throws: TransparencyError.self) { try inclusion.verify(in: earlier) }
            try await client.consistencyProof(from: earlier.size, to: later.size).verify(
                oldSize: earlier.size, newSize: later.size, oldRoot: earlier.root, newRoot: later.root)
            let tile = try await client.tile(TileCoordinate(level: 0, index: 0), width: Int(later.size))
            #expect(MerkleTree.root(tile) == later.root)
            let error = await #expect(throws: ClientError.self) {
                try await client.tile(TileCoordinate(level: 0, index: 1))
            }
            #expect(error?.problem?.code == "not-sealed")
        }
    }
}
