import Canonical
import DeviceSharing

/// What compliance officers do with a share request.
extension DeviceSharingClient {
    /// Takes a pending request to work on.
    public func claim(_ id: ShareRequestID, key: String? = nil) async throws -> ShareRequestAnswer {
        try await perform("claim", on: id, body: [:], key: key)
    }

    /// Lets go of it.
    public func release(_ id: ShareRequestID, key: String? = nil) async throws -> ShareRequestAnswer {
        try await perform("release", on: id, body: [:], key: key)
    }

    /// Adds a note, for other officers and auditors.
    public func note(_ id: ShareRequestID, text: String, key: String? = nil) async throws -> ShareRequestAnswer {
        try await perform("notes", on: id, body: ["text": .string(text)], key: key)
    }

    /// Approves it. The policy decides again: look at the state.
    public func approve(_ id: ShareRequestID, note: String? = nil, key: String? = nil) async throws
        -> ShareRequestAnswer
    {
        try await perform("approval", on: id, body: Self.note(note), key: key)
    }

    /// Rejects it, for one of the policy's reasons.
    public func reject(
        _ id: ShareRequestID, reason: String, note: String? = nil, key: String? = nil
    ) async throws -> ShareRequestAnswer {
        var body: JSONObject = JSONObject()
        body["reason"] = .string(reason)
        body["note"] = note.map { .string($0) }
        return try await perform("rejection", on: id, body: .object(body), key: key)
    }
}
