/// Which keys a mapping of a document has: the one place that says so, for the reader and for the JSON Schema's test.
struct MappingShape: Sendable {
    /// With its article, for messages: `a rule`.
    let noun: String
    let required: [String]
    let optional: [String]

    init(_ noun: String, required: [String], optional: [String] = []) {
        self.noun = noun
        self.required = required
        self.optional = optional
    }

    var keys: [String] { required + optional }
}

extension MappingShape {
    /// A text in every language.
    static let localizedText = MappingShape("a title", required: Language.allCases.map(\.rawValue))
}
