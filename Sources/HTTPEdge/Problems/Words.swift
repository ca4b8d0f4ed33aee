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

    package init(language: Language, messages: MessageCatalog, catalog: DeviceCatalog) {
        self.language = language
        self.messages = messages
        self.catalog = catalog
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
