import Canonical
import DeviceSharing
import EligibilityPolicy

/// What has changed since the decision, in sentences.
struct FactChangeText {
    let call: ConsoleCall
    let catalog: DeviceCatalog

    func text(_ change: FactChange) -> String {
        switch change {
        case .entity(let side, let old, let new): say("entity", side, ["old": old, "new": new])
        case .entityKind(let side, let old, let new):
            say("entity-kind", side, ["old": call.name(old), "new": call.name(new)])
        case .person(let side, let old, let new): say("person", side, ["old": old ?? "–", "new": new ?? "–"])
        case .adult(let side, let old, let new):
            say("adult", side, ["old": call.say("word.\(old.rawValue)"), "new": call.say("word.\(new.rawValue)")])
        case .registration(let side, let old, let new):
            say("registration", side, ["old": call.day(old), "new": call.day(new)])
        case .deviceAdded(let side, let device): say("device-added", side, names(device))
        case .deviceGone(let side, let device): say("device-gone", side, names(device))
        case .deviceReactivated(let side, let device, _): say("device-reactivated", side, names(device))
        case .sharedWith(let old, let new):
            call.say("change.shared-with", ["old": String(old), "new": String(new)])
        case .counter(let counter, let old, let new):
            call.say("change.counter", ["counter": call.title(of: counter, under: call.engine.activePolicy), "old": String(old), "new": String(new)])
        case .identity(let attribute, let old, let new):
            call.say(
                "change.identity", ["attribute": call.name(attribute), "old": call.name(old), "new": call.name(new)])
        case .usPerson(_, let new):
            call.say(
                "change.us-person", ["new": call.say(new.map { $0 ? "word.yes" : "word.no" } ?? "word.unknown")])
        }
    }

    private func say(_ phrase: String, _ side: ParticipantSide, _ parameters: [String: String]) -> String {
        call.say("change.\(phrase)", parameters.merging(["who": call.name(side)]) { old, _ in old })
    }

    private func names(_ device: DeviceFacts) -> [String: String] {
        ["device": device.id, "kind": call.name(device.kind, in: catalog)]
    }
}
