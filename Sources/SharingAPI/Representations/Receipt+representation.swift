import Canonical
import HTTPEdge
import SharingEngine

extension ObjectSchema {
    static let receipt = ObjectSchema(
        "Receipt", "What became of a command, the same for each repetition under its idempotency key.",
        [
            .required("subject", .string(.text(1...128)), "What it was about, such as device/DSC-7."),
            .required("recordedAt", .string(.moment), "When it was recorded."),
            .optional(
                "firstPosition", .integer(1...9_007_199_254_740_991),
                "Its first event; absent where it changed nothing."),
            .optional("lastPosition", .integer(1...9_007_199_254_740_991), "Its last event."),
        ])
}

extension Receipt {
    var representation: JSONValue {
        .members([
            "subject": .string(subject.name), "recordedAt": JSONValue(recordedAt),
            "firstPosition": positions.isEmpty ? nil : .integer(positions.lowerBound.rawValue),
            "lastPosition": positions.isEmpty ? nil : .integer(positions.upperBound.rawValue - 1),
        ])
    }
}
