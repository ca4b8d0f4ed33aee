/// A variable that expressions may read.
package struct VariableDeclaration: Hashable, Sendable {
    /// May be qualified, as in `request.time`.
    package let name: String
    package let type: CELType
    /// One line for the author of expressions.
    package let documentation: String

    package init(name: String, type: CELType, documentation: String = "") {
        self.name = name
        self.type = type
        self.documentation = documentation
    }
}

/// A record with named fields. Selecting a field that it does not have is an error when the expression is checked.
package struct RecordType: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let name: String
        package let type: CELType
        package let documentation: String

        package init(name: String, type: CELType, documentation: String = "") {
            self.name = name
            self.type = type
            self.documentation = documentation
        }
    }

    package let name: String
    package let fields: [Field]

    package init(name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
    }
}

/// A function beyond those of the libraries. Without an implementation it can be checked but not called.
package struct FunctionDeclaration: Sendable {
    package typealias Implementation = @Sendable ([CELValue]) throws(EvaluationError) -> CELValue

    package let name: String
    /// The receiver first where `isMember`.
    package let parameters: [CELType]
    package let result: CELType
    package let isMember: Bool
    package let implementation: Implementation?

    package init(
        name: String, parameters: [CELType], result: CELType, isMember: Bool = false, implementation: Implementation? = nil
    ) {
        self.name = name
        self.parameters = parameters
        self.result = result
        self.isMember = isMember
        self.implementation = implementation
    }
}
