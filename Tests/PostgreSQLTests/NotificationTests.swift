import PostgreSQL
import TestSupport
import Testing

@Suite("Notifications come in order, as a sequence")
struct NotificationTests {
    @Test func whatIsSentArrives() async throws {
        let database = try await TestDatabase.empty()
        let (listener, sender) = (try await database.connect(), try await database.connect())
        let channel = #"odd "channel" name"#
        let notifications = try await listener.notifications(on: channel)
        for number in 0..<200 { _ = try await sender.query("SELECT pg_notify($1, $2)", channel, "\(number)") }
        var expected = 0
        for try await notification in notifications {
            #expect(notification == Notification(channel: channel, payload: "\(expected)"))
            expected += 1
            if expected == 200 { break }
        }
        // What is sent to others is not heard, and what was sent while a statement ran is.
        _ = try await sender.query("SELECT pg_notify('another', '')")
        _ = try await sender.query("SELECT pg_notify($1, 'late')", channel)
        _ = try await listener.query("SELECT 1")
        for try await notification in notifications {
            #expect(notification.payload == "late")
            break
        }
    }

    @Test func cancellationEndsTheWaitAndTheConnectionServesOn() async throws {
        let connection = try await TestDatabase.empty().connect()
        for delay in [0, 1, 20] {
            let notifications = try await connection.notifications(on: "quiet")
            let task = Task { for try await _ in notifications {} }
            try await Task.sleep(for: .milliseconds(delay))
            task.cancel()
            let error = await #expect(throws: PostgreSQLError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
        }
    }

    @Test func theNextBorrowerFromThePoolHearsNothing() async throws {
        let database = try await TestDatabase.empty()
        let pool = database.pool(maximumConnections: 1)
        let sender = try await database.connect()
        let first: Int32 = try await pool.withConnection { connection in
            _ = try await connection.notifications(on: "c")
            _ = try await sender.query("SELECT pg_notify('c', 'unheard')")
            return try await connection.query("SELECT pg_backend_pid()").rows[0].decode(0)
        }
        try await pool.withConnection { connection in
            #expect(try await connection.query("SELECT pg_backend_pid()").rows[0].decode(0, as: Int32.self) == first)
            #expect(
                try await connection.query("SELECT count(*) FROM pg_listening_channels()").rows[0].decode(0, as: Int.self) == 0)
            let notifications = try await connection.notifications(on: "c")
            _ = try await sender.query("SELECT pg_notify('c', 'heard')")
            for try await notification in notifications {
                #expect(notification.payload == "heard")
                break
            }
        }
        await pool.shutdown()
    }
}
