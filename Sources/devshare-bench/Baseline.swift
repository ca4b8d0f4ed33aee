import Canonical
import Foundation
import PostgreSQL

/// What the engine is measured against: pgbench calling one stored function that writes the rows of one request (five events,
/// one request, one idempotency record) with one commit a request. It has no conditions to check and no ledger to keep
/// gap-free, and its rows have the size of ours and the indexes in which ours are.
enum Baseline {
    static let schema = """
        CREATE SCHEMA baseline;
        CREATE SEQUENCE baseline.submission;
        CREATE TABLE baseline.event (
            position bigserial PRIMARY KEY, stream uuid NOT NULL, version integer NOT NULL, type text NOT NULL,
            schema_version smallint NOT NULL, recorded_at timestamptz NOT NULL, hash bytea NOT NULL,
            metadata jsonb NOT NULL, data jsonb NOT NULL, UNIQUE (stream, version));
        CREATE TABLE baseline.request (
            request uuid PRIMARY KEY, requester text NOT NULL, owner text NOT NULL, device text NOT NULL,
            state text NOT NULL, submitted_at timestamptz NOT NULL, decided_at timestamptz, expires_at timestamptz,
            ended_at timestamptz, approvals_required smallint NOT NULL, endorsed_by text, claimed_by text,
            claimed_until timestamptz, reasons text[] NOT NULL);
        CREATE UNIQUE INDEX ON baseline.request (requester) WHERE state IN ('compliance-pending', 'active');
        CREATE INDEX ON baseline.request (device) WHERE state = 'active';
        CREATE INDEX ON baseline.request (requester, request);
        CREATE INDEX ON baseline.request (owner, request);
        CREATE INDEX ON baseline.request (submitted_at);
        CREATE TABLE baseline.idempotency (
            key text PRIMARY KEY, digest bytea NOT NULL, first_position bigint NOT NULL, last_position bigint NOT NULL,
            subject text NOT NULL, recorded_at timestamptz NOT NULL);
        CREATE INDEX ON baseline.idempotency (recorded_at);
        CREATE TABLE baseline.sample (place integer PRIMARY KEY, type text NOT NULL, metadata jsonb NOT NULL, data jsonb NOT NULL);
        """

    /// Takes the bytes of one of our own approved requests as the sample that every call writes again.
    static let takeSample = """
        INSERT INTO baseline.sample
        SELECT row_number() OVER (ORDER BY position), type, metadata::jsonb, data::jsonb
          FROM devshare.event
         WHERE ledger = $1 AND position BETWEEN $2 AND $3
        """

    /// The function with the sample's bytes as constants, so that a call reads nothing.
    static let makeFunction = """
        DO $make$
        DECLARE
            body text := '';
            sample record;
            stream text;
            version integer;
        BEGIN
            FOR sample IN SELECT * FROM baseline.sample ORDER BY place LOOP
                IF sample.type IN ('share-request-submitted', 'share-request-approved', 'sharing-activated') THEN
                    stream := 'request';
                    version := sample.place;
                ELSE
                    stream := 'gen_random_uuid()';
                    version := 1;
                END IF;
                body := body || format(
                    'INSERT INTO baseline.event (stream, version, type, schema_version, recorded_at, hash, metadata, data)
                     VALUES (%s, %s, %L, 1, now(), hash, %L::jsonb, %L::jsonb)%s;',
                    stream, version, sample.type, sample.metadata, sample.data,
                    CASE WHEN sample.place = 1 THEN ' RETURNING position INTO first_position' ELSE '' END);
            END LOOP;
            EXECUTE format($function$
                CREATE FUNCTION baseline.submit() RETURNS bigint LANGUAGE plpgsql AS $body$
                DECLARE
                    request uuid := gen_random_uuid();
                    hash bytea := sha256('leaf');
                    number bigint := nextval('baseline.submission');
                    first_position bigint;
                BEGIN
                    %s
                    INSERT INTO baseline.request VALUES (request, 'requester-' || number, 'owner-' || number,
                        'device-' || number, 'active', now(), now(), NULL, NULL, 1, NULL, NULL, NULL, '{}');
                    INSERT INTO baseline.idempotency VALUES ('key-' || number, hash, first_position,
                        first_position + 4, 'share-request/' || request, now());
                    RETURN first_position;
                END
                $body$ $function$, body);
        END
        $make$
        """

    /// One run of pgbench: transactions a second, and the latency of each transaction in milliseconds at the median.
    struct Run {
        let transactionsPerSecond: Double
        let medianLatency: Double
    }

    /// Makes tables and function, with the events at these positions as the sample.
    static func make(like sample: Range<Position>, on connection: Connection) async throws {
        try await connection.execute(script: schema)
        _ = try await connection.query(takeSample, Int32(1), sample.lowerBound.rawValue, sample.upperBound.rawValue - 1)
        try await connection.execute(script: makeFunction)
    }

    static func run(on server: BenchServer, database: String, clients: Int, seconds: Int) async throws -> Run {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("devshare-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appendingPathComponent("submit.sql")
        try "SELECT baseline.submit();\n".write(to: script, atomically: true, encoding: .utf8)
        let output = try await Tool.run(
            "pgbench",
            [
                "--no-vacuum", "--protocol=prepared", "--client=\(clients)", "--jobs=\(min(clients, 2))", "--time=\(seconds)",
                "--file=\(script.path)", "--log", "--log-prefix=\(folder.path)/log",
                "--host=\(server.server.socketDirectory.path)",
                "--username=\(server.server.user)", database,
            ])
        var latencies: [Double] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasPrefix("log") {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            latencies += text.split(separator: "\n").compactMap { line in
                let fields = line.split(separator: " ")
                return fields.count > 2 ? Double(fields[2]).map { $0 / 1_000 } : nil
            }
        }
        guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = line.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }), !latencies.isEmpty
        else { throw BenchmarkError("pgbench printed no rate:\n\(output)") }
        latencies.sort()
        return Run(transactionsPerSecond: rate, medianLatency: latencies[latencies.count / 2])
    }
}
