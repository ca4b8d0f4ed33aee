import BundledFiles
import DeviceSharing
import EligibilityPolicy

/// What people read of codes, states and outcomes, in their language.
struct Words: Sendable {
    let language: Language
    let messages: MessageCatalog
    /// For the names of kinds of devices.
    let catalog: DeviceCatalog

    /// Throws `messages-invalid`.
    init(_ language: Language, catalog: DeviceCatalog = DeviceCatalog([])) throws {
        self.language = language
        self.catalog = catalog
        messages = try MessageCatalog.load(
            texts: BundledFiles.texts(in: .policies, suffix: ".yaml").filter { $0.name.hasPrefix("messages.") })
    }

    func title(_ code: SharingErrorCode) -> String { messages.title(for: code, in: language) }

    func message(_ error: SharingError) -> String {
        messages.message(for: error.code, parameters: error.parameters, in: language, catalog: catalog)
    }

    func advice(_ error: SharingError) -> String {
        messages.advice(for: error.code, parameters: error.parameters, in: language, catalog: catalog)
    }

    func name(_ state: ShareRequest.State) -> String { messages.name(ofState: state.rawValue, in: language) }

    /// Of a pending request that has waited for too long.
    var escalated: String { messages.name(ofState: "escalated", in: language) }

    func name(_ outcome: Outcome) -> String { messages.name(of: outcome, in: language) }

    func name(_ kind: DeviceKindID) -> String { catalog[kind]?.title[language] ?? kind.rawValue }

    func title(_ rule: Rule) -> String { rule.title[language] }
}

extension Reason {
    /// The reason as the error that a client sees.
    var error: SharingError { SharingError(code, parameters) }
}
