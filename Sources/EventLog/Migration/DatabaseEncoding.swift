import PostgreSQL

/// What a database writes texts in. The log is UTF-8: a database of another encoding refuses some characters or, as SQL_ASCII,
/// takes any bytes for text.
package enum DatabaseEncoding {
    /// Throws `encoding-unusable` where it is not UTF-8. Changes nothing.
    package static func require(_ connection: Connection) async throws {
        let row = try await connection.query(
            "SELECT pg_encoding_to_char(encoding)::text, datname::text FROM pg_database WHERE datname = current_database()"
        ).rows.first
        guard let row else { return }
        let (encoding, name): (String, String) = (try row.decode(0), try row.decode(1))
        guard encoding != "UTF8" else { return }
        throw EventLogError(
            .encodingUnusable,
            "the database \(name) has the encoding \(encoding), and must have UTF8: make it by CREATE DATABASE … ENCODING 'UTF8' "
                + "TEMPLATE template0")
    }
}
