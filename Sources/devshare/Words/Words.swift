import Canonical
import DeviceSharing
import EligibilityPolicy
import Phrases
import SharingAudit
import SharingEngine

/// What people read of codes, states and outcomes, in their language.
struct Words: Sendable {
    let language: Language
    /// For the names of kinds of devices.
    let catalog: DeviceCatalog
    /// For the texts of reasons that the policy defines.
    let reasons: ReasonCatalog
    private let texts: StoryWords

    /// Throws `messages-invalid`.
    /// - Parameter policy: what names kinds of devices and reasons; nil where there is none.
    init(_ language: Language, policy: Policy? = nil) throws {
        self.language = language
        catalog = policy?.catalog ?? DeviceCatalog([])
        reasons = policy?.reasons ?? .none
        texts = try StoryWords.bundled()
    }

    private var messages: MessageCatalog { texts.messages }

    func title(_ code: SharingErrorCode) -> String { messages.title(for: code, in: language) }

    func title(_ code: ReasonCode) -> String { messages.title(for: code, in: language, reasons: reasons) }

    func message(_ reason: StatedReason) -> String {
        messages.message(for: reason, in: language, catalog: catalog, reasons: reasons)
    }

    func advice(_ reason: StatedReason) -> String {
        messages.advice(for: reason, in: language, catalog: catalog, reasons: reasons)
    }

    func message(_ error: SharingError) -> String {
        messages.message(for: error.code, parameters: error.parameters, in: language, catalog: catalog)
    }

    func advice(_ error: SharingError) -> String {
        messages.advice(for: error.code, parameters: error.parameters, in: language, catalog: catalog)
    }

    func name(_ state: ShareRequest.State) -> String { messages.name(ofState: state.rawValue, in: language) }

    /// Of a pending request that has waited for too long.
    var escalated: String { messages.name(ofState: "escalated", in: language) }

    func name(_ consequence: Consequence) -> String { messages.name(of: consequence, in: language) }

    func name(_ outcome: Outcome) -> String { messages.name(of: outcome, in: language) }

    func name(_ kind: DeviceKindID) -> String { catalog[kind]?.title[language] ?? kind.rawValue }

    func title(_ rule: Rule) -> String { rule.title[language] }
}

// MARK: - Requests

extension Words {
    /// Who asks for what.
    func asks(_ requester: UserID, for device: DeviceID, of owner: UserID) -> String {
        say(.asks, ["requester": requester.rawValue, "device": device.rawValue, "owner": owner.rawValue])
    }

    /// - Parameter officer: who gave the first of two approvals; nil where nobody has, or one is enough.
    func waits(until moment: Timestamp, endorsedBy officer: String?) -> String {
        guard let officer else { return say(.waits, ["expiresAt": moment.short + " UTC"]) }
        return say(.waitsForSecond, ["expiresAt": moment.short + " UTC", "actor": officer])
    }

    /// What to do about an error, where more is said before it.
    func adviceBehind(_ reason: StatedReason) -> String { say(.advice, ["advice": advice(reason)]) }

    /// The same about what held a request, once it is decided.
    var adviceWhenDecided: String { say(.advice, ["advice": messages.adviceWhenDecided(in: language)]) }

    /// - Parameter rejectionReasons: for the titles of officers' reasons.
    func teller(_ rejectionReasons: [RejectionReason] = []) -> StoryTeller {
        StoryTeller(language: language, words: texts, catalog: catalog, rejectionReasons: rejectionReasons)
    }

    private func say(_ sentence: StoryCatalog.Sentence, _ parameters: [String: String]) -> String {
        texts.story.text(sentence, parameters, in: language)
    }
}
