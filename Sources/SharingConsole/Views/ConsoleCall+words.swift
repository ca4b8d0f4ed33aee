import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine
import SharingLog

/// Names of things in the reader's language.
extension ConsoleCall {
    func name(_ state: ShareRequest.State) -> String { stateName(state.rawValue) }

    /// Of a request, user or device.
    func stateName(_ state: String) -> String { backend.messages.name(ofState: state, in: reader.language) }

    func name(_ outcome: Outcome) -> String { backend.messages.name(of: outcome, in: reader.language) }

    func name(_ consequence: Consequence) -> String { backend.messages.name(of: consequence, in: reader.language) }

    func name(_ attribute: IdentityAttribute) -> String { backend.messages.name(of: attribute, in: reader.language) }

    func name(_ comparison: IdentityComparison) -> String { say("identity.\(comparison.rawValue)") }

    func name(_ kind: EntityKind) -> String { say("entity.\(kind.rawValue)") }

    func name(_ side: ParticipantSide) -> String { say("side.\(side.rawValue)") }

    func name(_ type: EventType) -> String { say("event.\(type.rawValue)") }

    /// An event's type that the program may not know any more.
    func eventName(_ type: String) -> String { EventType(rawValue: type).map(name) ?? type }

    func name(_ kind: DeviceKindID, in catalog: DeviceCatalog? = nil) -> String {
        (catalog ?? words.catalog)[kind]?.title[reader.language] ?? kind.rawValue
    }

    /// A short name of a request, enough to tell it from others on the page.
    func short(_ request: ShareRequestID) -> String { QueueView.short(request) }

    /// The title of a code, its sentence and what to do about it.
    func text(of error: SharingError, catalog: DeviceCatalog? = nil) -> (title: String, detail: String, advice: String) {
        Words(language: reader.language, messages: backend.messages, catalog: catalog ?? words.catalog)
            .text(of: .sharing(error.code), error.parameters)
    }

    /// The title of a reason, its sentence and what to do about it, as a policy says them.
    ///
    /// - Parameter policy: the one that decided; nil for the one in force.
    func text(of reason: StatedReason, under policy: Policy?) -> (title: String, detail: String, advice: String) {
        words.under(policy).text(of: reason)
    }

    /// The title of a code, of a policy's reason as the latest policy puts it that has it.
    func title(of code: ReasonCode) -> String {
        switch code {
        case .builtIn(let code): backend.messages.title(for: code, in: reader.language)
        case .ofPolicy(let id): engine.reason(id)?.title[reader.language] ?? id.rawValue
        }
    }

    /// Why a request was held or rejected: the title of a code, or of a reason that an officer chose.
    func title(ofReason reason: String) -> String {
        ReasonCode(rawValue: reason).map(title) ?? title(ofRejectionReason: reason)
    }

    /// One that is not in the list of the policy in force any more goes by its id.
    func title(ofRejectionReason reason: String) -> String {
        let listed = engine.activePolicy?.rejectionReasons.first { $0.id.rawValue == reason }
        return listed?.title[reader.language] ?? reason
    }

    /// The point in history that the address asks for; nil for now. Throws `history-point-invalid`.
    func point() throws(ProblemDetails) -> HistoryPoint? {
        guard let text = query.text("at") else { return nil }
        guard let point = HistoryPoint(text) else { throw ProblemDetails(.historyPointInvalid) }
        return point
    }

    /// Texts one after the other, as the language has it.
    func list(_ texts: [String]) -> String { texts.joined(separator: reader.language == .english ? ", " : "、") }

    func yesOrNo(_ flag: Bool) -> String { say(flag ? "word.yes" : "word.no") }
}
