import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes

/// `/v1/devices/…`.
enum DeviceRoutes {
    static let all = [show, record, deactivate]

    private static let writers: [DeviceSharing.Role] = [.portal, .operator]

    private static let show = Route(
        method: .get, path: "/v1/devices/{device}", name: "getDevice", group: .directory,
        access: .roles([.portal, .operator, .compliance, .auditor]), summary: "A device as the log tells of it.",
        parameters: [.device, .ifNoneMatchRead],
        successes: [
            Route.Success(status: .ok, description: "The device.", content: .json(.object(.device)), headers: [.eTag]),
            .notModified,
        ],
        refusals: [.deviceNotFound]
    ) { call in
        let found = try await call.engine.device(call.parameters.device())
        return call.show(found.state.representation, revision: found.revision, hasNews: found.state.hasNewsOfSharing)
    }

    private static let record = Route(
        method: .put, path: "/v1/devices/{device}", name: "putDevice", group: .directory, access: .roles(writers),
        summary: "Issues a device, or activates it.",
        description:
            "Holder, kind and end of a device never change. A deactivated device is active again only by a later activation, a lost one never. A record that says otherwise is refused.",
        parameters: [.device, .ifMatch, .ifNoneMatch], body: .json(.deviceRecord, isRequired: true),
        successes: [
            Route.Success(
                status: .ok, description: "The device was there.", content: .json(.object(.device)), headers: [.eTag]),
            Route.Success(
                status: .created, description: "The device is new.", content: .json(.object(.device)), headers: [.eTag]),
        ],
        refusals: [
            .userNotFound, .userClosed, .deviceHeldByAnotherUser, .directoryRecordDiffers, .invalidInput, .versionConflict,
        ]
    ) { call in
        let device = try call.parameters.device()
        let command = RecordDevice(
            device: device, holder: try call.body.identifier("holder"),
            kind: DeviceKindID(rawValue: try call.body.text("kind")),
            activatedAt: try call.body.optionalMoment("activatedAt"),
            expiresAt: try call.body.optionalMoment("expiresAt"))
        let receipt = try await call.perform(.recordDevice(command))
        var answer = try await current(device, call)
        let history = try await call.engine.log.history(of: .device(device))
        if let first = history.first?.position, receipt.positions.contains(first) { answer.status = .created }
        return answer
    }

    private static let deactivate = Route(
        method: .post, path: "/v1/devices/{device}/deactivation", name: "deactivateDevice", group: .directory,
        access: .roles(writers), summary: "Takes a device out of use.",
        description:
            "Those who log in with it have their own devices back. A lost device stays lost: who finds it has another one issued.",
        parameters: [.device, .idempotencyKey, .ifMatch],
        body: .json(
            ObjectSchema(
                "Deactivation", "Why a device is taken out of use.",
                [
                    .optional("lost", .boolean, "The device is in unknown hands; then no reason is needed."),
                    .optional("reason", .string(.text(1...DeviceDecider.maximumReasonLength)), "Why, where it is not lost."),
                ]), isRequired: true),
        successes: [
            Route.Success(
                status: .ok, description: "It is out of use; the tag is the device's.", content: .json(.object(.receipt)),
                headers: [.eTag])
        ],
        refusals: [.deviceNotFound, .reasonRequired, .versionConflict, .idempotencyKeyReused]
    ) { call in
        let device = try call.parameters.device()
        let isLost = call.body.flag("lost")
        let receipt = try await call.perform(
            isLost
                ? .reportDeviceLost(device) : .deactivateDevice(device, reason: call.body.optionalText("reason") ?? ""))
        return .json(receipt.representation, headers: .tag(receipt.revision))
    }

    private static func current(_ device: DeviceID, _ call: Call) async throws -> Answer {
        let found = try await call.engine.device(device)
        return .json(found.state.representation, headers: .tag(found.revision))
    }
}
