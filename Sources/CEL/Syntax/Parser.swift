/// Recursive descent over the grammar of the specification (langdef, "Syntax"), with macros expanded as they are met.
struct Parser {
    let source: SourceText
    let libraries: Set<Library>
    let limits: Limits
    /// Where false, every macro is an ordinary call.
    let expandsMacros: Bool
    private var lexer: Lexer
    private(set) var token: Token
    /// The token before; nil at the beginning.
    private var previous: Token?
    private var lastEnd = 0
    private var depth = 0
    private var nodeCount = 0
    private let stack = StackGuard()

    static func parse(
        _ text: String, libraries: Set<Library>, limits: Limits, expandsMacros: Bool = true, edition: Edition = .current
    ) throws(CELError) -> ParsedExpression {
        let source = SourceText(text)
        guard source.bytes.count <= limits.expressionSize else {
            throw CELError([
                Diagnostic(
                    .limitExceeded,
                    "the expression has \(source.bytes.count) bytes; at most \(limits.expressionSize) are allowed", at: 0,
                    in: source)
            ])
        }
        var parser = try Parser(
            source: source, libraries: libraries, limits: limits, expandsMacros: expandsMacros, edition: edition)
        let root = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected("an operator or the end of the expression") }
        return ParsedExpression(root: root, source: source, nodeCount: parser.nodeCount)
    }

    private init(
        source: SourceText, libraries: Set<Library>, limits: Limits, expandsMacros: Bool, edition: Edition
    ) throws(CELError) {
        self.source = source
        self.libraries = libraries
        self.limits = limits
        self.expandsMacros = expandsMacros
        lexer = Lexer(source, edition: edition)
        token = try lexer.next()
    }

    // MARK: Tokens

    private mutating func advance() throws(CELError) {
        lastEnd = token.range.upperBound
        previous = token
        token = try lexer.next()
    }

    private mutating func accept(_ symbol: Token.Symbol) throws(CELError) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: Token.Symbol) throws(CELError) {
        guard try accept(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
    }

    func failure(_ message: String, suggestion: String? = nil, at offset: Int, code: Diagnostic.Code = .syntax) -> CELError {
        CELError([Diagnostic(code, message, suggestion: suggestion, at: offset, in: source)])
    }

    private func unexpected(_ wanted: String) -> CELError {
        let found = token.kind == .end ? "the end" : "'\(source.text(in: token.range))'"
        return failure(
            "expected \(wanted), found \(found)", suggestion: SyntaxAdvice.token(token, after: previous, in: source),
            at: token.range.lowerBound)
    }

    // MARK: Nodes

    mutating func make(_ kind: Expression.Kind, from start: Int, anchor: Int? = nil, height: Int = 1) throws(CELError)
        -> Expression
    {
        guard height <= limits.treeHeight else {
            throw failure(
                "the expression chains or nests more than \(limits.treeHeight) operations; name a part of it",
                at: anchor ?? start, code: .limitExceeded)
        }
        let node = Expression(
            id: nodeCount, range: start..<max(start, lastEnd), anchor: anchor ?? start, height: height, kind: kind)
        nodeCount += 1
        return node
    }

    /// A node over children, as high as the highest of them and one.
    mutating func make(
        _ kind: Expression.Kind, over children: [Expression], from start: Int, anchor: Int? = nil
    ) throws(CELError) -> Expression {
        try make(kind, from: start, anchor: anchor, height: 1 + children.reduce(0) { max($0, $1.height) })
    }

    // MARK: Operators

    private mutating func expression() throws(CELError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.nestingDepth else {
            throw failure(
                "the expression nests deeper than \(limits.nestingDepth) levels", at: token.range.lowerBound, code: .limitExceeded
            )
        }
        guard !stack.isExhausted else { throw failure(StackGuard.message, at: token.range.lowerBound, code: .limitExceeded) }
        let condition = try binary(minimum: 1)
        let anchor = token.range.lowerBound
        guard try accept(.question) else { return condition }
        let yes = try binary(minimum: 1)
        try expect(.colon)
        let no = try expression()
        return try make(
            .conditional(condition, yes, no), over: [condition, yes, no], from: condition.range.lowerBound, anchor: anchor)
    }

    private enum Operator {
        case logical(LogicalOperator)
        case binary(BinaryOperator)

        var precedence: Int {
            switch self {
            case .logical(.or): 1
            case .logical(.and): 2
            case .binary(.add), .binary(.subtract): 4
            case .binary(.multiply), .binary(.divide), .binary(.modulo): 5
            case .binary: 3
            }
        }
    }

    private var currentOperator: Operator? {
        switch token.kind {
        case .symbol(let symbol):
            LogicalOperator(rawValue: symbol.rawValue).map(Operator.logical)
                ?? BinaryOperator(rawValue: symbol.rawValue).map(Operator.binary)
        case .identifier("in"): .binary(.in)
        default: nil
        }
    }

    private mutating func binary(minimum: Int) throws(CELError) -> Expression {
        var left = try unary()
        while let found = currentOperator, found.precedence >= minimum {
            let anchor = token.range.lowerBound
            let start = left.range.lowerBound
            switch found {
            case .binary(let binaryOperator):
                try advance()
                let right = try binary(minimum: found.precedence + 1)
                left = try make(.binary(binaryOperator, left, right), over: [left, right], from: start, anchor: anchor)
            case .logical(let logicalOperator):
                var operands = [left]
                while case .logical(logicalOperator)? = currentOperator {
                    try advance()
                    operands.append(try binary(minimum: found.precedence + 1))
                }
                left = try make(.logical(logicalOperator, operands), over: operands, from: start, anchor: anchor)
            }
        }
        return left
    }

    private mutating func unary() throws(CELError) -> Expression {
        var operators: [(UnaryOperator, Int)] = []
        let wanted: UnaryOperator
        switch token.kind {
        case .symbol(.not): wanted = .not
        case .symbol(.minus): wanted = .negate
        default: return try member()
        }
        var literal: Expression?
        while literal == nil, case .symbol(let symbol) = token.kind, symbol.rawValue == wanted.rawValue {
            let start = token.range.lowerBound
            guard operators.count < limits.treeHeight else {
                throw failure("more than \(limits.treeHeight) operators in a row", at: start, code: .limitExceeded)
            }
            try advance()
            literal = wanted == .negate ? try negativeLiteral(from: start) : nil
            if literal == nil { operators.append((wanted, start)) }
        }
        var operand: Expression
        if let literal { operand = try suffixes(of: literal) } else { operand = try member() }
        for (unaryOperator, start) in operators.reversed() {
            operand = try make(.unary(unaryOperator, operand), over: [operand], from: start)
        }
        return operand
    }

    /// A number straight after a minus sign is one literal, so that the least int can be written.
    private mutating func negativeLiteral(from start: Int) throws(CELError) -> Expression? {
        let value: CELValue
        switch token.kind {
        case .int(let magnitude):
            guard magnitude <= Int64.min.magnitude else { throw failure("the number does not fit in an int", at: start) }
            value = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .double(let number):
            value = .double(-number)
        default:
            return nil
        }
        try advance()
        return try make(.literal(value), from: start)
    }

    // MARK: Members

    private mutating func member() throws(CELError) -> Expression {
        try suffixes(of: try primary())
    }

    private mutating func suffixes(of base: Expression) throws(CELError) -> Expression {
        var operand = base
        while true {
            let start = operand.range.lowerBound
            switch token.kind {
            case .symbol(.dot):
                try advance()
                operand = try selection(on: operand, from: start)
            case .symbol(.leftBracket):
                let anchor = token.range.lowerBound
                try advance()
                let isOptional = try acceptOptionalMark()
                let index = try expression()
                try expect(.rightBracket)
                operand = try make(
                    .index(operand, index, optional: isOptional), over: [operand, index], from: start, anchor: anchor)
            case .symbol(.leftBrace):
                guard let path = operand.path else { return operand }
                operand = try record(named: (path.absolute ? "." : "") + path.name, from: start)
            default:
                return operand
            }
        }
    }

    private mutating func selection(on operand: Expression, from start: Int) throws(CELError) -> Expression {
        let isOptional = try acceptOptionalMark()
        let anchor = token.range.lowerBound
        let field: String
        switch token.kind {
        case .identifier(let name) where !ReservedWords.literals.contains(name): field = name
        case .quotedIdentifier(let name): field = name
        default: throw unexpected("the name of a field or function")
        }
        let isQuoted = if case .quotedIdentifier = token.kind { true } else { false }
        try advance()
        guard !isOptional, !isQuoted, try accept(.leftParenthesis) else {
            return try make(.select(operand, field: field, optional: isOptional), over: [operand], from: start, anchor: anchor)
        }
        let arguments = try self.arguments(until: .rightParenthesis)
        return try expandMacro(field, target: operand, arguments: arguments, from: start, anchor: anchor)
            ?? make(
                .call(field, target: operand, arguments: arguments, absolute: false), over: [operand] + arguments, from: start,
                anchor: anchor)
    }

    private mutating func acceptOptionalMark() throws(CELError) -> Bool {
        guard token.kind == .symbol(.question) else { return false }
        guard libraries.contains(.optionals) else { throw failure("optional syntax is not enabled", at: token.range.lowerBound) }
        try advance()
        return true
    }

    private mutating func checkLiteralSize(_ count: Int) throws(CELError) {
        guard count <= limits.literalSize else {
            throw failure(
                "more than \(limits.literalSize) elements in one list, map or call", at: token.range.lowerBound,
                code: .limitExceeded)
        }
    }

    private mutating func arguments(until end: Token.Symbol) throws(CELError) -> [Expression] {
        var arguments: [Expression] = []
        if try accept(end) { return arguments }
        repeat {
            arguments.append(try expression())
            try checkLiteralSize(arguments.count)
        } while try accept(.comma)
        try expect(end)
        return arguments
    }

    // MARK: Primaries

    private mutating func primary() throws(CELError) -> Expression {
        let start = token.range.lowerBound
        switch token.kind {
        case .int(let magnitude):
            guard let value = Int64(exactly: magnitude) else { throw failure("the number does not fit in an int", at: start) }
            return try literal(.int(value))
        case .uint(let value): return try literal(.uint(value))
        case .double(let value): return try literal(.double(value))
        case .string(let value): return try literal(.string(value))
        case .bytes(let value): return try literal(.bytes(value))
        case .identifier("true"): return try literal(.bool(true))
        case .identifier("false"): return try literal(.bool(false))
        case .identifier("null"): return try literal(.null)
        case .identifier, .symbol(.dot): return try name(from: start)
        case .symbol(.leftParenthesis): return try parenthesized(from: start)
        case .symbol(.leftBracket): return try list(from: start)
        case .symbol(.leftBrace): return try map(from: start)
        default: throw unexpected("an expression")
        }
    }

    private mutating func literal(_ value: CELValue) throws(CELError) -> Expression {
        let start = token.range.lowerBound
        try advance()
        return try make(.literal(value), from: start)
    }

    private mutating func name(from start: Int) throws(CELError) -> Expression {
        let isAbsolute = try accept(.dot)
        guard case .identifier(let name) = token.kind else { throw unexpected("a name") }
        guard !ReservedWords.all.contains(name) else {
            throw failure(
                "'\(name)' is a reserved word", suggestion: SyntaxAdvice.words(source.text(from: token.range.lowerBound)),
                at: token.range.lowerBound)
        }
        let anchor = token.range.lowerBound
        try advance()
        guard try accept(.leftParenthesis) else {
            return try make(.identifier(name, absolute: isAbsolute), from: start, anchor: anchor)
        }
        let arguments = try self.arguments(until: .rightParenthesis)
        let macro = isAbsolute ? nil : try expandMacro(name, target: nil, arguments: arguments, from: start, anchor: anchor)
        return try macro
            ?? make(
                .call(name, target: nil, arguments: arguments, absolute: isAbsolute), over: arguments, from: start, anchor: anchor
            )
    }

    private mutating func parenthesized(from start: Int) throws(CELError) -> Expression {
        try advance()
        let inner = try expression()
        try expect(.rightParenthesis)
        return Expression(id: inner.id, range: start..<lastEnd, anchor: inner.anchor, height: inner.height, kind: inner.kind)
    }

    private mutating func list(from start: Int) throws(CELError) -> Expression {
        try advance()
        var elements: [Expression.ListElement] = []
        while token.kind != .symbol(.rightBracket) {
            let isOptional = try acceptOptionalMark()
            elements.append(Expression.ListElement(value: try expression(), isOptional: isOptional))
            try checkLiteralSize(elements.count)
            guard try accept(.comma) else { break }
        }
        try expect(.rightBracket)
        return try make(.list(elements), over: elements.map(\.value), from: start)
    }

    private mutating func map(from start: Int) throws(CELError) -> Expression {
        try advance()
        var entries: [Expression.MapEntry] = []
        while token.kind != .symbol(.rightBrace) {
            let isOptional = try acceptOptionalMark()
            let key = try expression()
            try expect(.colon)
            entries.append(Expression.MapEntry(key: key, value: try expression(), isOptional: isOptional))
            try checkLiteralSize(entries.count)
            guard try accept(.comma) else { break }
        }
        try expect(.rightBrace)
        return try make(.map(entries), over: entries.flatMap { [$0.key, $0.value] }, from: start)
    }

    private mutating func record(named name: String, from start: Int) throws(CELError) -> Expression {
        try advance()
        var fields: [Expression.FieldInitializer] = []
        while token.kind != .symbol(.rightBrace) {
            let isOptional = try acceptOptionalMark()
            let field: String
            switch token.kind {
            case .identifier(let name) where !ReservedWords.literals.contains(name): field = name
            case .quotedIdentifier(let name): field = name
            default: throw unexpected("the name of a field")
            }
            try advance()
            try expect(.colon)
            fields.append(Expression.FieldInitializer(name: field, value: try expression(), isOptional: isOptional))
            try checkLiteralSize(fields.count)
            guard try accept(.comma) else { break }
        }
        try expect(.rightBrace)
        return try make(.record(name, fields: fields), over: fields.map(\.value), from: start)
    }
}
