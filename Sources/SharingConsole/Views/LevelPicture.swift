import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// The devices in force of both participants as bars, as long as their levels are high. The template is `levels.mustache`.
struct LevelPicture {
    let call: ConsoleCall
    let dossier: RequestDossier
    let catalog: DeviceCatalog

    private static let rowHeight = 26
    private static let labelWidth = 250
    private static let barWidth = 300

    /// Nil where nobody has a device in force.
    var json: JSONValue? {
        let sides: [(ParticipantSide, UserID, [Device])] = [
            (.requester, dossier.request.requester, inForce(dossier.requester)),
            (.owner, dossier.request.owner, inForce(dossier.owner)),
        ]
        guard sides.contains(where: { !$0.2.isEmpty }) else { return nil }
        let highest = max(1, catalog.kinds.map(\.level.rawValue).max() ?? 1)
        var rows: [JSONValue] = []
        for (side, user, devices) in sides {
            rows.append(heading("\(call.name(side)): \(user)", at: rows.count))
            if devices.isEmpty { rows.append(heading(call.say("side.no-device"), at: rows.count, isMuted: true)) }
            for device in devices { rows.append(bar(device, at: rows.count, highest: highest)) }
        }
        let description = sides.map { side, user, devices in
            let texts = devices.map { device in
                call.say(
                    device.id == dossier.request.device ? "levels.asked" : "levels.device",
                    [
                        "device": device.id.rawValue, "kind": call.name(device.kind, in: catalog),
                        "level": String(level(of: device)),
                    ])
            }
            return "\(call.name(side)) \(user): \(call.list(texts).nonEmpty ?? call.say("side.no-device"))"
        }
        return [
            "height": JSONValue(rows.count * Self.rowHeight), "width": JSONValue(Self.labelWidth + Self.barWidth + 50),
            "description": .string(description.joined(separator: "; ")), "rows": .array(rows),
        ]
    }

    private func inForce(_ participant: Participant?) -> [Device] {
        (participant?.devices ?? []).filter { $0.isInForce(at: dossier.asOf) }
    }

    private func level(of device: Device) -> Int { catalog[device.kind]?.level.rawValue ?? 0 }

    private func heading(_ text: String, at row: Int, isMuted: Bool = false) -> JSONValue {
        ["y": JSONValue(row * Self.rowHeight + 18), "heading": .string(text), "class": isMuted ? "muted" : "heading"]
    }

    private func bar(_ device: Device, at row: Int, highest: Int) -> JSONValue {
        let length = max(2, level(of: device) * Self.barWidth / highest)
        let kind = catalog[device.kind]
        let look =
            device.id == dossier.request.device
            ? "asked" : kind?.isTemporary == true ? "temporary" : kind?.isPhysical == true ? "physical" : "other"
        // A long name is cut in the picture; the table has it whole.
        let name = device.id.rawValue
        return [
            "y": JSONValue(row * Self.rowHeight + 18), "barY": JSONValue(row * Self.rowHeight + 4),
            "barX": JSONValue(Self.labelWidth), "length": JSONValue(length),
            "valueX": JSONValue(Self.labelWidth + length + 8),
            "label": .string(name.count > 30 ? String(name.prefix(29)) + "…" : name), "value": .string(String(level(of: device))),
            "class": .string(look),
        ]
    }
}
