import Canonical
import DeviceSharing
import SharingEngine
import SharingLog

/// Requests as the rows of a table. The template is `request-rows.mustache`.
struct RequestRows {
    let call: ConsoleCall

    func json(_ rows: [ShareRequestRow]) -> JSONValue {
        .array(
            rows.map { row in
                .members([
                    "link": .string(RequestPages.address(of: row.request)), "short": .string(call.short(row.request)),
                    "submitted": call.moment(row.submittedAt), "requester": .string(row.requester.rawValue),
                    "owner": .string(row.owner.rawValue), "device": .string(row.device.rawValue),
                    "state": .string(call.name(row.state)), "class": Badge(row.state).json,
                    "reasons": JSONValue(row.reasons.map { call.title(ofReason: $0) }),
                ])
            })
    }
}
