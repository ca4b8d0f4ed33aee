import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

extension ShareRequest {
    /// Where the request stands.
    var json: JSONValue {
        var rejection: Rejection?
        var endReason: EndReason?
        var since: Timestamp?
        switch status {
        case .rejected(let found, _): rejection = found
        case .active(let moment): since = moment
        case .ended(let reason, let moment, _): (endReason, since) = (reason, moment)
        default: break
        }
        return .members([
            "id": .string(id.description), "state": .string(state.rawValue), "requester": .string(requester.rawValue),
            "owner": .string(owner.rawValue), "device": .string(device.rawValue), "submittedAt": JSONValue(submittedAt),
            "reasons": JSONValue(reasons.map(\.rawValue)), "expiresAt": pending.map { JSONValue($0.expiresAt) },
            "escalatesAt": pending?.escalatesAt.map { JSONValue($0) },
            "escalatedAt": pending?.escalatedAt.map { JSONValue($0) }, "closedAt": closedAt.map { JSONValue($0) },
            "approvalsRequired": pending.map { JSONValue($0.approvalsRequired) },
            "endorsedBy": pending?.endorsedBy.map { JSONValue($0) }, "claimedBy": pending?.claim.map { JSONValue($0.officer) },
            "claimedUntil": pending?.claim.map { JSONValue($0.until) }, "rejectedBy": rejection.map { JSONValue($0.by.rawValue) },
            "rejectionReason": rejection?.reason.map { JSONValue($0) }, "activeSince": since.map { JSONValue($0) },
            "endReason": endReason.map { JSONValue($0.rawValue) },
        ])
    }
}

extension ShareRequestRow {
    var json: JSONValue {
        .members([
            "id": .string(request.description), "state": .string(state.rawValue), "requester": .string(requester.rawValue),
            "owner": .string(owner.rawValue), "device": .string(device.rawValue), "submittedAt": JSONValue(submittedAt),
            "reasons": JSONValue(codes.map(\.rawValue)), "rejectionReason": rejectionReason.map { JSONValue($0) },
            "decidedAt": decidedAt.map { JSONValue($0) },
            "expiresAt": expiresAt.map { JSONValue($0) }, "escalatesAt": escalatesAt.map { JSONValue($0) },
            "escalatedAt": escalatedAt.map { JSONValue($0) }, "closedAt": closedAt.map { JSONValue($0) },
            "endedAt": endedAt.map { JSONValue($0) },
            "approvalsRequired": approvalsRequired > 0 ? JSONValue(approvalsRequired) : nil,
            "endorsedBy": endorsedBy.map { JSONValue($0) }, "claimedBy": claimedBy.map { JSONValue($0) },
            "claimedUntil": claimedUntil.map { JSONValue($0) },
        ])
    }
}

extension Receipt {
    /// What a command came to.
    func json() throws -> JSONValue {
        .members([
            "subject": .string(subject.name), "firstPosition": positions.isEmpty ? nil : .integer(positions.lowerBound.rawValue),
            "lastPosition": positions.isEmpty ? nil : .integer(positions.upperBound.rawValue - 1),
            "recordedAt": JSONValue(recordedAt), "isRepetition": .bool(isRepetition), "request": request?.json,
            "decision": try request?.decision?.decision().report(withFailures: true),
        ])
    }

    /// Where its events stand: `positions 12–17`.
    var place: String {
        if positions.isEmpty { return "nothing to change" }
        let (first, last) = (positions.lowerBound.rawValue, positions.upperBound.rawValue - 1)
        let place = first == last ? "position \(first)" : "positions \(first)–\(last)"
        return isRepetition ? place + ", as before" : place
    }
}
