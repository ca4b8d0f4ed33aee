import SharingEngine

/// Makes a ledger long: writes approved requests by SQL, with every row that the engine would write, in the bytes of one of its
/// own.
struct LedgerFill {
    let server: BenchServer
    let events: Int

    func run(_ database: String, _ connectionString: String) async throws {
        let sample = try await server.withEngine(connectionString) { engine in
            let workload = Workload(name: "sample", count: 1)
            try await workload.prepare(engine)
            return try await workload.submit(0, to: engine).positions
        }
        let batch = 20_000
        try await server.withConnection(to: database) { connection in
            for number in 0..<max(events / 5 / batch, 1) {
                _ = try await connection.query(
                    Self.fill, sample.lowerBound.rawValue, sample.upperBound.rawValue - 1, Int64(number * batch), Int64(batch))
            }
        }
        try await server.settle(database)
    }

    private static let fill = """
        WITH head AS (UPDATE devshare.ledger SET position = position + 5 * $4 WHERE ledger = 1 RETURNING position - 5 * $4 AS position),
             request AS (SELECT $3 + n AS number, gen_random_uuid() AS id FROM generate_series(0, $4 - 1) n),
             sample AS (SELECT row_number() OVER (ORDER BY position) AS place, e.*
                          FROM devshare.event e WHERE ledger = 1 AND position BETWEEN $1 AND $2),
             events AS (
                INSERT INTO devshare.event
                SELECT 1, head.position + 5 * (r.number - $3) + s.place,
                       CASE split_part(s.stream, '/', 1)
                           WHEN 'share-request' THEN 'share-request/' || r.id
                           WHEN 'user' THEN 'user/fill-requester-' || r.number
                           ELSE 'device/fill-device-' || r.number END,
                       CASE split_part(s.stream, '/', 1) WHEN 'share-request' THEN s.version ELSE 1 END,
                       s.type, s.schema_version, s.recorded_at, s.leaf_hash, s.metadata, s.data
                  FROM request r CROSS JOIN sample s CROSS JOIN head
                 ORDER BY r.number, s.place),
             keys AS (
                INSERT INTO devshare.idempotency_record
                SELECT 1, 'fill-' || r.number, sha256('fill'), head.position + 5 * (r.number - $3) + 1,
                       head.position + 5 * (r.number - $3) + 5, 'share-request/' || r.id, now()
                  FROM request r CROSS JOIN head)
        INSERT INTO devshare.share_request
        SELECT 1, r.id, 'fill-requester-' || r.number, 'fill-owner-' || r.number, 'fill-device-' || r.number, 'active',
               now(), now(), NULL, NULL, 0, NULL, NULL, NULL, '{}'
          FROM request r
        """
}
