import Testing

/// Waits for what another process does in its own time, such as a server that takes note of a lost client: asks again and
/// again, and records an issue when it has not come about within the limit, which only a test that fails ever reaches.
package func eventually(
    _ what: Comment, within limit: Duration = .seconds(120), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("within \(limit): \(what)", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(25))
    }
}
