import Canonical
import DeviceSharing
import EligibilityPolicy

extension DeviceSharingClient {
    /// Registers a user, or brings it up to date.
    public func record(_ user: RecordUser) async throws {
        _ = try await transport.json(
            .PUT, "/v1/users/\(user.user.rawValue.escaped)",
            body: .members([
                "entity": .string(user.entity.rawValue), "entityKind": .string(user.entityKind.rawValue),
                "person": user.person.map { .string($0.rawValue) }, "adult": user.adult.map { .string($0.rawValue) },
                "registeredAt": .string(user.registeredAt.description),
            ]))
    }

    /// Closes a user for good.
    public func close(_ user: UserID) async throws {
        _ = try await transport.json(.DELETE, "/v1/users/\(user.rawValue.escaped)")
    }

    /// Issues a device, or activates it.
    public func record(_ device: RecordDevice) async throws {
        var body: JSONObject = JSONObject()
        body["holder"] = .string(device.holder.rawValue)
        body["kind"] = .string(device.kind.rawValue)
        body["activatedAt"] = device.activatedAt.map { .string($0.description) }
        body["expiresAt"] = device.expiresAt.map { .string($0.description) }
        _ = try await transport.json(.PUT, "/v1/devices/\(device.device.rawValue.escaped)", body: .object(body))
    }

    /// Takes a device out of use.
    public func deactivate(_ device: DeviceID, reason: String, key: String? = nil) async throws {
        _ = try await transport.command(
            "/v1/devices/\(device.rawValue.escaped)/deactivation", body: ["reason": .string(reason)], key: key)
    }

    /// The device is in unknown hands.
    public func reportLost(_ device: DeviceID, key: String? = nil) async throws {
        _ = try await transport.command(
            "/v1/devices/\(device.rawValue.escaped)/deactivation", body: ["lost": true], key: key)
    }

    /// Brings many users and devices up to date: one JSON object a line, answered by one a line. It may close users
    /// (`user-closed`), deactivate devices (`device-deactivated`) and report their loss (`device-lost`) too.
    ///
    /// An import that fails in passing, or gets no answer within `importTime`, is sent again as a whole. That does no harm:
    /// importing twice changes nothing. What the try before has recorded is then answered with `unchanged`, and under a key as
    /// it was the first time.
    public func importDirectory(_ lines: String, key: String? = nil) async throws -> [JSONValue] {
        var headers = [("Content-Type", "application/x-ndjson")]
        if let key { headers.append(("Idempotency-Key", key)) }
        let answer = try await transport.send(.POST, "/v1/directory/import", text: lines, headers: headers, isImport: true)
        return try Self.lines(of: answer)
    }
}

extension String {
    /// As the query of an address.
    init(query pairs: [(String, String)]) {
        self = "?" + pairs.map { "\($0)=\($1.escaped)" }.joined(separator: "&")
    }

    /// As one part of a path or a query.
    var escaped: String {
        utf8.map { byte in
            let isUnreserved =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isUnreserved
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
