import Canonical

/// One of several objects, told apart by a member that names which one it is: the tag (OpenAPI 3.1, section 4.8.25).
///
/// An object under a tag that is not known passes the check. What to answer to it is for its handler, which has an error of its
/// own that names the known ones; of the rest of such an object nothing can be said.
package struct TaggedSchema: Sendable {
    package struct Alternative: Sendable {
        package let value: String
        /// With the tag among its members.
        package let schema: ObjectSchema
    }

    /// The component's name in the OpenAPI document.
    package let name: String
    let description: String
    package let tag: String
    package let alternatives: [Alternative]
    /// What an object without the tag is. The document says that the tag is required all the same, so that generated clients
    /// send it.
    let unlessTold: String?

    /// Of the names of alternatives, those included that are not known.
    static let tagShape = TextShape.printable(1...64)

    package init(
        _ name: String, _ description: String, tag: String, _ alternatives: [(String, ObjectSchema)], unlessTold: String? = nil
    ) {
        self.name = name
        self.description = description
        self.tag = tag
        self.alternatives = alternatives.map { Alternative(value: $0.0, schema: $0.1) }
        self.unlessTold = unlessTold
    }

    /// What an object is by its tag.
    enum Kind {
        /// What it is to be checked against, with its tag, which may have been left out.
        case known(ObjectSchema, JSONObject)
        case unknown
        /// What is wrong with the tag itself.
        case untold(FieldProblem.Kind)
    }

    func kind(of object: JSONObject) -> Kind {
        var object = object
        if object[tag] == nil, let unlessTold { object[tag] = .string(unlessTold) }
        guard let value = object[tag] else { return .untold(.missing) }
        guard let name = value.stringValue else { return .untold(.wrongKind(.string)) }
        guard Self.tagShape.accepts(name) else { return .untold(.misshapen(Self.tagShape)) }
        guard let known = alternatives.first(where: { $0.value.utf8.elementsEqual(name.utf8) }) else { return .unknown }
        return .known(known.schema, object)
    }
}
