import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import EligibilityPolicy
import SharingEngine

/// `devshare candidates`.
struct Candidates: RemoteVerb {
    static let configuration = CommandConfiguration(
        abstract: "Lists the devices that a user might log in with, the best first, and what stands against the others.",
        discussion: """
            Looks at the devices in force of users of the same entity or with identical identity data, and asks the policy, \
            presuming that the owner consents.

              devshare candidates maria01

            \(ExitStatus.help)
            """)

    @Argument(help: "The user who wants to log in with another's device.")
    var user: UserID

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        let (found, policy) = try await withEngine(settings) { engine in
            (try await engine.candidates(for: user), engine.activePolicy)
        }
        if settings.json { return found.devices.forEach { Output.line($0.json) } }
        let words = try Words(settings.language, policy: policy)
        var table = Table("DEVICE", "KIND", "LEVEL", "OWNER", "WOULD BE", "WHY")
        for device in found.devices {
            table.add(
                device.device.rawValue, words.name(device.kind), "\(device.level)", device.owner.rawValue,
                words.name(device.assessment.outcome), device.assessment.reasons.map(\.code.rawValue).joined(separator: ", "))
        }
        Output.lines(table.lines(otherwise: "no device of a related user is in force"))
        if found.isTruncated {
            Terminal.print(error: "There are more related users than were looked at: a better device may be missing.")
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await client.candidates(for: user))
    }
}

extension CandidateDevice {
    fileprivate var json: JSONValue {
        [
            "device": .string(device.rawValue), "kind": .string(kind.rawValue), "level": JSONValue(level.rawValue),
            "owner": .string(owner.rawValue), "outcome": .string(assessment.outcome.rawValue),
            "reasons": .array(
                assessment.reasons.map { ["code": .string($0.code.rawValue), "parameters": $0.parameters.json] }),
        ]
    }
}
