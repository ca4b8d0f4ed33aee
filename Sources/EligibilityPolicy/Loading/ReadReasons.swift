/// What a policy file says of reasons, as far as it could be read.
struct ReadReasons {
    let catalog: ReasonCatalog
    /// Where each code that the file defines, or says something of, stands.
    let places: [ReasonCode: SourcePosition]
    /// Ids of definitions in which something is wrong, which is reported there and not again wherever they are named.
    let broken: Set<String>

    /// The code of that spelling, if a rule can give it.
    func code(_ text: String) -> ReasonCode? {
        guard let code = ReasonCode(rawValue: text) else { return nil }
        return switch code {
        case .builtIn(let code): SharingErrorCode.forRules.contains(code) ? .builtIn(code) : nil
        case .ofPolicy(let id): catalog[id] == nil ? nil : code
        }
    }

    func isBroken(_ text: String) -> Bool { broken.contains(text) }

    /// Advice on a code that no rule can give.
    ///
    /// - Parameter others: words that could be meant too.
    func suggestion(for text: String, others: [String] = []) -> String {
        let own = catalog.reasons.map(\.id.rawValue) + broken.sorted()
        if let meant = own.first(where: { $0 == PolicyReasonID.prefix + text }) { return "Did you mean '\(meant)'?" }
        let advice = MappingReader.suggestion(for: text, among: others + SharingErrorCode.forRules.map(\.rawValue) + own)
        guard PolicyReasonID(rawValue: text) != nil, !advice.hasPrefix("Did you mean") else { return advice }
        return "Define it under 'reasons', or name one of the program's codes."
    }
}
