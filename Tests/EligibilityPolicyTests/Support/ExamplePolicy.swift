import Canonical
import EligibilityPolicy
import TestSupport

extension ExamplePolicy {
    static func load(
        constants: String = "", variables: String = "", rules: [String], exemptions: [String] = [], reasons: [String] = [],
        disclosures: String = "", inputs: [String] = [], counters: [String] = [],
        rejectionReasons: [String] = ["  - {id: other, title: {en: Other, zh-Hant: 其他, zh-Hans: 其他}}"]
    ) throws -> Policy {
        try Policy.load(
            text(
                constants: constants, variables: variables, rules: rules.joined(separator: "\n"),
                exemptions: exemptions.joined(separator: "\n"),
                reasons: (reasons.isEmpty ? "" : "reasons:\n" + reasons.joined(separator: "\n"))
                    + (disclosures.isEmpty ? "" : "\ndisclosures: {\(disclosures)}"),
                inputs: inputs.joined(separator: "\n"), counters: counters.joined(separator: "\n"),
                rejectionReasons: rejectionReasons.joined(separator: "\n")),
            file: "example.yaml")
    }

    /// Facts of a plain request, of the kinds of the example policy.
    static var plainFacts: Facts {
        let moment = Timestamp(microseconds: 1_777_888_999_000_000)
        let before = moment.advanced(by: .seconds(-86_400 * 100))
        func participant(_ id: String, _ kind: DeviceKindID) -> ParticipantFacts {
            ParticipantFacts(
                id: id, entity: "E-1", entityKind: .individual, registeredAt: before,
                devices: [DeviceFacts(id: id + "-1", kind: kind, activatedAt: before)])
        }
        return Facts(
            requester: participant("r", "card"), owner: participant("o", "pad"), device: "o-1", sharedWith: 0, identity: .missing,
            consent: ConsentFacts(method: "challenge", givenAt: moment, reference: "c"), submittedAt: moment, decidedAt: moment)
    }
}
