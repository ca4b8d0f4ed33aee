/// Which keys a mapping of a document has: the one place that says so, for the reader and for the JSON Schema's test.
package struct MappingShape: Sendable {
    /// With its article, for messages: `a rule`.
    package let noun: String
    package let required: [String]
    package let optional: [String]

    package init(_ noun: String, required: [String], optional: [String] = []) {
        self.noun = noun
        self.required = required
        self.optional = optional
    }

    package var keys: [String] { required + optional }
}

extension MappingShape {
    /// A text in every language.
    package static let localizedText = MappingShape("a title", required: Language.allCases.map(\.rawValue))
}
