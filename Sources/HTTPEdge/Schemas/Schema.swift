import Canonical

/// The shape of a JSON value: what requests are checked against, what answers promise, and what the OpenAPI document says,
/// all from one value.
package indirect enum Schema: Sendable {
    case string(TextShape)
    case integer(ClosedRange<Int64>)
    case boolean
    /// At most so many elements.
    case array(Schema, limit: Int)
    case object(ObjectSchema)
    /// One of several objects, told apart by one member.
    case tagged(TaggedSchema)
    /// Any object: for what a policy or a later event type may extend.
    case anyObject
    /// Any JSON value.
    case any

    /// What messages call a value of this shape.
    package var noun: ValueNoun {
        switch self {
        case .string: .string
        case .integer: .integer
        case .boolean: .boolean
        case .array: .array
        case .object, .tagged, .anyObject: .object
        case .any: .value
        }
    }
}

/// An object with these members and no others.
package struct ObjectSchema: Sendable {
    /// The component's name in the OpenAPI document; nil writes it out where it is used.
    package let name: String?
    let description: String
    package let members: [Member]

    package struct Member: Sendable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool
        package let description: String

        package static func required(_ name: String, _ schema: Schema, _ description: String) -> Member {
            Member(name: name, schema: schema, isRequired: true, description: description)
        }

        package static func optional(_ name: String, _ schema: Schema, _ description: String) -> Member {
            Member(name: name, schema: schema, isRequired: false, description: description)
        }
    }

    package init(_ name: String?, _ description: String, _ members: [Member]) {
        self.name = name
        self.description = description
        self.members = members
    }
}

/// JSON's kinds of value, for messages.
package enum ValueNoun: String, Sendable {
    case string, integer, boolean, array, object, value
}
