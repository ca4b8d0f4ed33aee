import Canonical
import HTTPEdge
import HTTPTypes
import SharingAudit
import SharingEngine
import SharingLog
import Transparency

/// `/v1/checkpoint`, `/v1/proofs/…` and `/v1/tile/…`: what a verifier asks for who has the log's public key and trusts nobody.
///
/// For auditors, and for operators, who run witnesses and mirrors. Not for everybody, though nothing here shows an event: the
/// size says how much is asked for, and whoever knows most of an event could try the rest out against its hash.
enum ProofRoutes {
    static let all = [checkpoint, inclusion, consistency, tile]

    private static let readers = RouteAccess.roles([.auditor, .operator])
    private static let positions = Schema.integer(1...9_007_199_254_740_991)
    private static let hashes = Schema.array(.string(.digest), limit: 2 * UInt64.bitWidth)

    // MARK: The signed tree head

    private static let covering = Parameter.query(
        "covering", positions, "The first checkpoint that covers this position, instead of the newest.")

    private static let checkpoint = Route(
        method: .get, path: "/v1/checkpoint", name: "getCheckpoint", group: .audit, access: readers,
        summary: "The newest signed tree head.",
        description: "A signed note (c2sp.org/signed-note) whose text is a checkpoint (c2sp.org/tlog-checkpoint).",
        parameters: [covering],
        successes: [
            Route.Success(
                status: .ok, description: "The checkpoint.", content: .text(mediaType: "text/plain"), headers: [.cacheControl])
        ],
        ownProblems: [.notSealed]
    ) { call in
        let position = call.parameters.integer(covering.name).map { Position(rawValue: Int64($0)) }
        let found =
            if let position { try await call.engine.log.checkpoint(covering: position) } else {
                try await call.engine.log.latestCheckpoint()
            }
        guard let found else { throw ProblemDetails(.notSealed) }
        return Answer(headers: kept(for: .checkpoint), content: .text(found.note, mediaType: "text/plain; charset=utf-8"))
    }

    // MARK: Proofs

    private static let position = required("position", "The event's position; its leaf index is one less.")
    private static let size = required("size", "Events in the tree, as a checkpoint names them.")

    private static let inclusionProof = ObjectSchema(
        "InclusionProof", "That an event is in a tree (RFC 6962, section 2.1.1).",
        [
            .required("position", positions, "The event's position; its leaf index is one less."),
            .required("leafHash", .string(.digest), "The event's hash, as the tree has it."),
            .required("size", positions, "Events in the tree."),
            .required("hashes", hashes, "The sibling of each node on the way from the leaf to the root."),
        ])

    private static let inclusion = Route(
        method: .get, path: "/v1/proofs/inclusion", name: "getInclusionProof", group: .audit, access: readers,
        summary: "That an event is in the tree of a checkpoint.", parameters: [position, size],
        successes: [
            Route.Success(
                status: .ok, description: "The proof.", content: .json(.object(inclusionProof)), headers: [.cacheControl])
        ],
        ownProblems: [.notSealed]
    ) { call in
        let (event, size) = try (call.parameters.whole(position.name), call.parameters.whole(size.name))
        guard event <= size else { throw FieldProblem(.parameter(position.name), .outOfRange(1...size)) }
        let found = try await call.engine.log.inclusionProof(of: Position(rawValue: event), inTreeOfSize: UInt64(size))
        return .json(
            [
                "position": .integer(event), "leafHash": .string(found.leafHash.description), "size": .integer(size),
                "hashes": representation(found.proof.hashes),
            ], headers: kept(for: .ever))
    }

    private static let from = required("from", "Events in the earlier tree.")
    private static let to = required("to", "Events in the later tree.")

    private static let consistencyProof = ObjectSchema(
        "ConsistencyProof", "That a tree extends an earlier one (RFC 6962, section 2.1.2).",
        [
            .required("from", positions, "Events in the earlier tree."),
            .required("to", positions, "Events in the later tree."),
            .required("hashes", hashes, "The nodes from which both roots follow."),
        ])

    private static let consistency = Route(
        method: .get, path: "/v1/proofs/consistency", name: "getConsistencyProof", group: .audit, access: readers,
        summary: "That the tree of a checkpoint extends that of an earlier one.", parameters: [from, to],
        successes: [
            Route.Success(
                status: .ok, description: "The proof.", content: .json(.object(consistencyProof)), headers: [.cacheControl])
        ],
        ownProblems: [.notSealed]
    ) { call in
        let (old, new) = try (call.parameters.whole(from.name), call.parameters.whole(to.name))
        guard old <= new else { throw FieldProblem(.parameter(from.name), .outOfRange(1...new)) }
        let proof = try await call.engine.log.consistencyProof(from: UInt64(old), to: UInt64(new))
        return .json(
            ["from": .integer(old), "to": .integer(new), "hashes": representation(proof.hashes)], headers: kept(for: .ever))
    }

    // MARK: Tiles

    private static let level = Parameter(
        name: "level", place: .path, schema: .integer(0...Int64(TileCoordinate.highestLevel)), isRequired: true,
        description: "The level of the tile: its hashes cover 256^level events each.")
    private static let index = Parameter.path(
        "index", .tileIndex,
        "The place in the level, as c2sp.org/tlog-tiles writes it, with `.p/<width>` where the tile is not full.")

    private static let tile = Route(
        method: .get, path: "/v1/tile/{level}/{index}", lastPlaceTakesRest: true, name: "getTile", group: .audit,
        access: readers, summary: "Hashes of the tree, up to 256 side by side, 32 bytes each.",
        description: """
            As c2sp.org/tlog-tiles has it, with /v1 as the prefix: every proof can be made of tiles. A full tile never changes. \
            Slashes in `index` may be written as they are.
            """,
        parameters: [level, index],
        successes: [Route.Success(status: .ok, description: "The hashes.", content: .bytes, headers: [.cacheControl])],
        ownProblems: [.notSealed]
    ) { call in
        let path = "tile/\(call.parameters.text(level.name) ?? "")/\(call.parameters.text(index.name) ?? "")"
        guard let (coordinate, width) = TileCoordinate.parse(path: path) else {
            // Its index is one: the level is written otherwise than paths of tiles write it.
            throw FieldProblem(.parameter(level.name), .outOfRange(0...Int64(TileCoordinate.highestLevel)))
        }
        guard let hashes = try await call.engine.log.tile(coordinate, width: width) else { throw ProblemDetails(.notSealed) }
        let isFull = width == TileCoordinate.fullWidth
        return Answer(headers: kept(for: isFull ? .ever : .partialTile), content: .bytes(hashes))
    }

    // MARK: Parts

    /// How long an answer may be kept.
    private enum Lifetime: String {
        /// It can never be another.
        case ever = "public, max-age=31536000, immutable"
        /// The full tile takes its place.
        case partialTile = "public, max-age=60"
        /// The next one is signed within a second.
        case checkpoint = "public, max-age=1"
    }

    /// A cache between may keep the answer, but hands it only to whoever shows the token that fetched it.
    private static func kept(for lifetime: Lifetime) -> HTTPFields {
        [.cacheControl: lifetime.rawValue, .vary: "Authorization"]
    }

    private static func required(_ name: String, _ description: String) -> Parameter {
        Parameter(name: name, place: .query, schema: positions, isRequired: true, description: description)
    }

    private static func representation(_ hashes: [Digest]) -> JSONValue { .array(hashes.map { .string($0.description) }) }
}

extension CheckedParameters {
    /// A required whole number, which the route has checked.
    fileprivate func whole(_ name: String) throws(FieldProblem) -> Int64 {
        try required(name, integer(name).map(Int64.init))
    }
}
