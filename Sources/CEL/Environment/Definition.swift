/// An expression with a name, usable in other expressions.
package final class Definition: Sendable {
    package let name: String
    package let expression: CheckedExpression
    /// Where an activation remembers its value. Environments that grew from one may use a number twice: what is
    /// remembered bears the identity too.
    let number: Int

    init(name: String, expression: CheckedExpression, number: Int) {
        self.name = name
        self.expression = expression
        self.number = number
    }

    var identity: ObjectIdentifier { ObjectIdentifier(self) }
}
