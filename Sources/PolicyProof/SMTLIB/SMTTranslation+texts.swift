import CEL

/// Conditions on texts.
extension SMTTranslation {
    func isText(_ variable: TextVariable, _ text: String) -> SMTTerm {
        // Kinds that are named are kinds of their own.
        if case .unlistedKind = variable, text.isEmpty || world.kinds.contains(.named(text)) { return terms.no }
        return terms.make(.isText(variable, SMTText(text: text)), .truth)
    }

    func isSame(_ one: TextVariable, _ other: TextVariable) -> SMTTerm {
        if one == other { return terms.yes }
        if case .unlistedKind = one, case .unlistedKind = other { return terms.no }
        if one == .deviceID && other.isOtherDevice || other == .deviceID && one.isOtherDevice { return terms.no }
        let isFirst = SMTScript.name(of: one) < SMTScript.name(of: other)
        return terms.make(isFirst ? .isSame(one, other) : .isSame(other, one), .truth)
    }

    /// What holds of the texts that a script asks about.
    func textLaws(_ used: Set<TextVariable>) -> [(comment: String, term: SMTTerm)] {
        var laws: [(comment: String, term: SMTTerm)] = []
        if used.contains(.id(.requester)), used.contains(.id(.owner)) {
            laws.append(("The two users differ.", terms.not(isSame(.id(.requester), .id(.owner)))))
        }
        for variable in used.sorted(by: { SMTScript.name(of: $0) < SMTScript.name(of: $1) }) {
            if variable.isOtherDevice, used.contains(.deviceID) {
                let isAsked = terms.make(.isSame(.deviceID, variable), .truth)
                laws.append(("Another device of the owner's is not the one asked for.", terms.not(isAsked)))
            }
            if let words = world.words(of: variable) {
                laws.append(("What a policy declares is one of its words.", terms.any(words.map { isText(variable, $0) })))
            }
            guard case .unlistedKind(let number) = variable else { continue }
            let names = world.kinds.compactMap { if case .named(let name) = $0 { name } else { nil } } + [""]
            for name in names {
                let isNamed = terms.make(.isText(variable, SMTText(text: name)), .truth)
                laws.append(("A kind that nobody names is spelt otherwise than those that have a name.", terms.not(isNamed)))
            }
            for other in 0..<number where used.contains(.unlistedKind(other)) {
                let isSame = terms.make(.isSame(.unlistedKind(other), variable), .truth)
                laws.append(("Two kinds that nobody names are spelt differently.", terms.not(isSame)))
            }
        }
        return laws
    }
}
