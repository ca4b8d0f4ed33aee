extension Expression {
    /// The expression as source text with as few parentheses as keep its meaning.
    ///
    /// An ellipsis stands for what nests too deep for the calling thread's stack.
    package var sourceText: String { Unparser(stack: StackGuard()).text(of: self, minimum: 0) }
}

private struct Unparser {
    let stack: StackGuard

    func text(of expression: Expression, minimum: Int) -> String {
        guard !stack.isExhausted else { return "…" }
        let (text, precedence) = render(expression)
        return precedence < minimum ? "(\(text))" : text
    }

    /// The text and how strongly it binds: 0 conditional, 1 `||` … 6 unary, 7 member.
    private func render(_ expression: Expression) -> (String, Int) {
        switch expression.kind {
        case .literal(let value):
            let text = value.description
            return (text, text.hasPrefix("-") ? 6 : 7)
        case .identifier(let name, let absolute):
            return ((absolute ? "." : "") + (BlockName.spelling(of: name) ?? name), 7)
        case .select(let operand, let field, let optional):
            return (text(of: operand, minimum: 7) + (optional ? ".?" : ".") + quotedIfNeeded(field), 7)
        case .has(let operand, let field, let optional):
            return ("has(" + text(of: operand, minimum: 7) + (optional ? ".?" : ".") + quotedIfNeeded(field) + ")", 7)
        case .index(let operand, let index, let optional):
            return (text(of: operand, minimum: 7) + (optional ? "[?" : "[") + text(of: index, minimum: 0) + "]", 7)
        case .call(let name, let target, let arguments, let absolute):
            let receiver = target.map { text(of: $0, minimum: 7) + "." } ?? (absolute ? "." : "")
            return (receiver + name + "(" + joined(arguments) + ")", 7)
        case .unary(let unaryOperator, let operand):
            // A minus sign before a literal would become part of it.
            let inner = text(of: operand, minimum: 6)
            let beginsWithNumber = inner.utf8.first.map(isDigit) == true
            let needsParentheses =
                unaryOperator == .negate && (isNumber(operand) || beginsWithNumber)
                || inner.hasPrefix(unaryOperator == .not ? "-" : "!")
            return (unaryOperator.rawValue + (needsParentheses ? "(\(inner))" : inner), 6)
        case .binary(let binaryOperator, let left, let right):
            let precedence = precedence(of: binaryOperator)
            let texts = (text(of: left, minimum: precedence), text(of: right, minimum: precedence + 1))
            return ("\(texts.0) \(binaryOperator.rawValue) \(texts.1)", precedence)
        case .logical(let logicalOperator, let operands):
            let precedence = logicalOperator == .or ? 1 : 2
            return (
                operands.map { text(of: $0, minimum: precedence + 1) }.joined(separator: " \(logicalOperator.rawValue) "),
                precedence
            )
        case .conditional(let condition, let yes, let no):
            return ("\(text(of: condition, minimum: 1)) ? \(text(of: yes, minimum: 1)) : \(text(of: no, minimum: 0))", 0)
        case .list(let elements):
            return (
                "[" + elements.map { ($0.isOptional ? "?" : "") + text(of: $0.value, minimum: 0) }.joined(separator: ", ") + "]",
                7
            )
        case .map(let entries):
            let texts = entries.map {
                ($0.isOptional ? "?" : "") + text(of: $0.key, minimum: 0) + ": " + text(of: $0.value, minimum: 0)
            }
            return ("{" + texts.joined(separator: ", ") + "}", 7)
        case .record(let name, let fields):
            let texts = fields.map {
                ($0.isOptional ? "?" : "") + quotedIfNeeded($0.name) + ": " + text(of: $0.value, minimum: 0)
            }
            return (name + "{" + texts.joined(separator: ", ") + "}", 7)
        case .comprehension(let it):
            let variables = [it.variable, it.second].compactMap { $0 }.map { BlockName.spelling(of: $0) ?? $0 }
            let parts = variables + [it.filter, it.body].compactMap { $0 }.map { text(of: $0, minimum: 0) }
            return (text(of: it.range, minimum: 7) + ".\(it.spelling)(" + parts.joined(separator: ", ") + ")", 7)
        case .bind(let name, let value, let body):
            return ("cel.bind(\(BlockName.spelling(of: name) ?? name), \(joined([value, body])))", 7)
        case .optionalMap(let operand, let name, let body, let isFlat):
            let macro = isFlat ? "optFlatMap" : "optMap"
            return (
                text(of: operand, minimum: 7)
                    + ".\(macro)(\(BlockName.spelling(of: name) ?? name), \(text(of: body, minimum: 0)))", 7
            )
        case .block(let bindings, let body):
            return ("cel.block([\(joined(bindings))], \(text(of: body, minimum: 0)))", 7)
        }
    }

    private func joined(_ expressions: [Expression]) -> String {
        expressions.map { text(of: $0, minimum: 0) }.joined(separator: ", ")
    }

    private func precedence(of binaryOperator: BinaryOperator) -> Int {
        switch binaryOperator {
        case .add, .subtract: 4
        case .multiply, .divide, .modulo: 5
        default: 3
        }
    }

    private func isNumber(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .literal(.int), .literal(.double): true
        default: false
        }
    }

    private func quotedIfNeeded(_ field: String) -> String {
        let isPlain = field.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) }
        return isPlain && field.utf8.first.map(isDigit) == false && !ReservedWords.literals.contains(field) ? field : "`\(field)`"
    }
}
