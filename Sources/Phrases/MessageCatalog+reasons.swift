import EligibilityPolicy

/// What people read of a reason: of the program's codes in the program's texts, of a policy's reasons in the policy's.
extension MessageCatalog {
    /// What is wrong, in a few words; the code itself where no such reason is known.
    ///
    /// - Parameter reasons: those of the policy that decided.
    public func title(for code: ReasonCode, in language: Language, reasons: ReasonCatalog) -> String {
        switch code {
        case .builtIn(let code): title(for: code, in: language)
        case .ofPolicy(let id): reasons[id]?.title[language] ?? id.rawValue
        }
    }

    /// What is wrong, as a sentence; the code itself where no such reason is known.
    ///
    /// - Parameters:
    ///   - catalog: for the names of kinds of devices; those of an unknown kind are named by its id.
    ///   - reasons: those of the policy that decided.
    public func message(
        for reason: StatedReason, in language: Language, catalog: DeviceCatalog, reasons: ReasonCatalog
    ) -> String {
        switch reason.code {
        case .builtIn(let code): message(for: code, parameters: reason.parameters, in: language, catalog: catalog)
        case .ofPolicy(let id): sentence(reasons[id], \.message, reason.parameters, language, catalog) ?? id.rawValue
        }
    }

    /// What to do about it; the code itself where no such reason is known.
    public func advice(
        for reason: StatedReason, in language: Language, catalog: DeviceCatalog, reasons: ReasonCatalog
    ) -> String {
        switch reason.code {
        case .builtIn(let code): advice(for: code, parameters: reason.parameters, in: language, catalog: catalog)
        case .ofPolicy(let id): sentence(reasons[id], \.advice, reason.parameters, language, catalog) ?? id.rawValue
        }
    }

    private func sentence(
        _ reason: PolicyReason?, _ text: KeyPath<PolicyReason, LocalizedText>, _ parameters: ErrorParameters,
        _ language: Language, _ catalog: DeviceCatalog
    ) -> String? {
        guard let reason, let messages = messages[language] else { return nil }
        let text = reason[keyPath: text][language]
        // The loader of policies takes no text that is not a template.
        guard let template = try? MessageTemplate(text) else { return text }
        return messages.sentence(template, of: reason.parameters, parameters, catalog)
    }
}
