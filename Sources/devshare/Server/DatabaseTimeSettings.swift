import Canonical
import Configuration
import SharingEngine
import SharingLog

/// How long a server waits for its database, in whole seconds.
struct DatabaseTimeSettings: Sendable {
    /// What each may be.
    static let seconds = 1...3_600

    var statement: Int
    var connect: Int
    var cancel: Int
    var silence: Int
    /// For the database to be there at the start.
    var wait: Int

    init(_ reader: ConfigReader) {
        func seconds(_ time: Duration) -> Int { Int(clamping: time.components.seconds) }
        let usual = DatabaseTimeouts.serving
        statement = reader.int(forKey: "database.statement-seconds", default: seconds(usual.statement))
        connect = reader.int(forKey: "database.connect-seconds", default: seconds(usual.connect))
        cancel = reader.int(forKey: "database.cancel-seconds", default: seconds(usual.cancel))
        silence = reader.int(forKey: "database.silence-seconds", default: seconds(usual.silence))
        wait = reader.int(forKey: "database.wait-seconds", default: 0)
    }

    /// Throws `server-misconfigured`.
    func check() throws {
        for (name, value) in [
            ("statement-seconds", statement), ("connect-seconds", connect), ("cancel-seconds", cancel),
            ("silence-seconds", silence),
        ] where !Self.seconds.contains(value) {
            throw DevshareError(
                .serverMisconfigured, "database.\(name) cannot be \(value)",
                advice: "Set it to \(Self.seconds.lowerBound) to \(Self.seconds.upperBound).")
        }
        guard DatabaseWait.seconds.contains(wait) else {
            throw DevshareError(
                .serverMisconfigured, "a database cannot be waited for \(wait) seconds",
                advice: "Set database.wait-seconds to 0 to \(DatabaseWait.seconds.upperBound).")
        }
    }

    /// The limits of the server's engine.
    var limits: EngineLimits {
        var limits = EngineLimits()
        limits.timeouts = DatabaseTimeouts(
            statement: .seconds(statement), connect: .seconds(connect), cancel: .seconds(cancel), silence: .seconds(silence))
        return limits
    }

    /// With the URL, which is secret or null.
    func json(url: JSONValue) -> JSONValue {
        [
            "url": url, "statement-seconds": JSONValue(statement), "connect-seconds": JSONValue(connect),
            "cancel-seconds": JSONValue(cancel), "silence-seconds": JSONValue(silence), "wait-seconds": JSONValue(wait),
        ]
    }
}
