import BundledFiles
import DeviceSharing
import EligibilityPolicy
import Phrases

/// What people read, in their language.
package struct Words: Sendable {
    package let language: Language
    package let messages: MessageCatalog
    /// For the names of kinds of devices.
    package let catalog: DeviceCatalog
    /// For the texts of reasons that the policy defines.
    package let reasons: ReasonCatalog

    package init(
        language: Language, messages: MessageCatalog, catalog: DeviceCatalog, reasons: ReasonCatalog = .none
    ) {
        self.language = language
        self.messages = messages
        self.catalog = catalog
        self.reasons = reasons
    }

    /// - Parameter policy: nil where there is none yet.
    package init(language: Language, messages: MessageCatalog, policy: Policy?) {
        self.init(
            language: language, messages: messages, catalog: policy?.catalog ?? DeviceCatalog([]),
            reasons: policy?.reasons ?? .none)
    }

    /// The words of a policy's decision; these where the log does not hold that policy.
    package func under(_ policy: Policy?) -> Words {
        policy.map { Words(language: language, messages: messages, policy: $0) } ?? self
    }

    package func title(of code: ReasonCode) -> String { messages.title(for: code, in: language, reasons: reasons) }

    package func text(of reason: StatedReason) -> (title: String, detail: String, advice: String) {
        (
            title(of: reason.code), messages.message(for: reason, in: language, catalog: catalog, reasons: reasons),
            messages.advice(for: reason, in: language, catalog: catalog, reasons: reasons)
        )
    }

    package func text(of code: ProblemDetails.Code, _ parameters: ErrorParameters) -> (
        title: String, detail: String, advice: String
    ) {
        switch code {
        case .service(let problem):
            let text = problem.text
            return (text.title[language], text.detail[language], text.advice[language])
        case .sharing(let code):
            return (
                messages.title(for: code, in: language),
                messages.message(for: code, parameters: parameters, in: language, catalog: catalog),
                messages.advice(for: code, parameters: parameters, in: language, catalog: catalog)
            )
        }
    }

    /// The messages that come with the program. Throws `messages-invalid`.
    package static func bundledMessages() throws -> MessageCatalog {
        try MessageCatalog.load(
            texts: BundledFiles.texts(in: .texts, suffix: ".yaml").filter { $0.name.hasPrefix("messages.") })
    }
}
