import EligibilityPolicy

/// Everything that messages need in one language: one file `Sources/Phrases/Texts/messages.LANGUAGE.yaml`.
struct LanguageMessages: Sendable {
    let language: Language
    let errors: [SharingErrorCode: ErrorTexts]
    let names: MessageNames
}

/// The texts of one error code.
struct ErrorTexts: Sendable {
    let title: String
    let message: MessageTemplate
    /// What replaces the message where a parameter is empty or not told, by the parameter's name.
    let messageWithout: [String: MessageTemplate]
    let advice: MessageTemplate
    /// What replaces the advice where a parameter is empty, by the parameter's name.
    let adviceWithout: [String: MessageTemplate]
}

/// Words that stand for values of parameters.
struct MessageNames: Sendable {
    var participants: [String: String] = [:]
    var identityAttributes: [String: String] = [:]
    var states: [String: String] = [:]
    var actions: [String: String] = [:]
    var outcomes: [String: String] = [:]
    /// The advice on what held a request, once it is decided: there is nothing left to wait for.
    var decided = ""
    /// Between the elements of a list, and before the last.
    var separator = ", "
    var last = ", "
}

extension MessageNames {
    package static let participantNames = ["requester", "owner"]
    /// States of share requests, devices and users.
    package static let stateNames = [
        "submitted", "compliance-pending", "claimed", "escalated", "approved", "active", "rejected", "withdrawn", "expired",
        "ended",
        "issued", "deactivated", "lost", "open", "closed",
    ]
    /// Commands, and what deciders call them.
    package static let actionNames = [
        "submit", "approve", "reject", "withdraw", "claim", "renew", "release", "note", "expire", "escalate", "end",
        "end-sharing",
        "record-user",
        "record-identity", "erase-identity", "close-user", "record-device", "deactivate-device", "report-device-lost",
        "activate-policy", "detach-events", "attach-events",
    ]

    func list(_ elements: [String]) -> String {
        guard let final = elements.last, elements.count > 1 else { return elements.first ?? "" }
        return elements.dropLast().joined(separator: separator) + last + final
    }
}
