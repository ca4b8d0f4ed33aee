import Canonical
import DeviceSharing
import HTTPEdge

extension ObjectSchema {
    static let importedUser = ObjectSchema(
        "ImportedUser", "A line of an import: a user.",
        [
            .required("type", .string(.choice(["user"])), "user."),
            .required("id", .string(.identifier), "The login name."),
            .optional("identity", .object(.identityRecord), "What is known of the person's identity."),
        ] + userRecord.members)

    static let importedDevice = ObjectSchema(
        "ImportedDevice", "A line of an import: a device.",
        [
            .required("type", .string(.choice(["device"])), "device."),
            .required("id", .string(.identifier), "The broker's identifier."),
        ] + deviceRecord.members)

    static let importedClosing = ObjectSchema(
        "ImportedClosing", "A line of an import: a user is closed for good, as by closeUser.",
        [
            .required("type", .string(.choice(["user-closed"])), "user-closed."),
            .required("id", .string(.identifier), "The login name."),
        ])

    static let importedDeactivation = ObjectSchema(
        "ImportedDeactivation", "A line of an import: a device is taken out of use, as by deactivateDevice.",
        [
            .required("type", .string(.choice(["device-deactivated"])), "device-deactivated."),
            .required("id", .string(.identifier), "The broker's identifier."),
            .required("reason", .string(.text(1...DeviceDecider.maximumReasonLength)), "Why."),
        ])

    static let importedLoss = ObjectSchema(
        "ImportedLoss", "A line of an import: a device is in unknown hands, as by deactivateDevice with `lost`.",
        [
            .required("type", .string(.choice(["device-lost"])), "device-lost."),
            .required("id", .string(.identifier), "The broker's identifier."),
        ])

    /// Every kind of line of an import.
    static let importedLines = [importedUser, importedDevice, importedDeactivation, importedLoss, importedClosing]

    static let importResult = ObjectSchema(
        "ImportResult", "What became of a line of an import.",
        [
            .required("line", .integer(1...9_007_199_254_740_991), "The line, from 1."),
            .required("status", .string(.choice(["recorded", "unchanged", "refused"])), "Whether something changed."),
            .optional("code", .string(.printable(1...64)), "Why it was refused: the code of its problem."),
            .optional(
                "problem", .object(.problem), "All that there is to say of it; of 1,000 refused lines, where there are more."),
        ])
}

extension TaggedSchema {
    static let importedLine = TaggedSchema(
        "ImportedLine", "A line of an import: what is to be recorded of a user or a device.", tag: "type",
        ObjectSchema.importedLines.compactMap { line in line.lineType.map { ($0, line) } })
}
