import CEL

/// The constants and variables of a policy file, and the environment of its rules.
struct PolicyNames {
    var constants: [String: CELValue] = [:]
    var constantTexts: [(name: String, expression: String)] = []
    var definitions: [String: CheckedExpression] = [:]
    var variableTexts: [(name: String, expression: String)] = []
    let schema: FactSchema
    var environment: Environment
}

extension PolicyLoader {
    /// Constants may use those above them, variables also the facts and the variables above.
    func names(_ file: MappingReader, _ schema: FactSchema) -> PolicyNames {
        var constants: [String: CELValue] = [:]
        var texts: [(name: String, expression: String)] = []
        var lines: [String: Int] = [:]
        // What is wrong is reported where it is defined, not again wherever it is used.
        var broken: [String] = []
        var room = PolicyLimits.constantSize
        for member in file.entries("constants", atMost: PolicyLimits.names) where isUsable(member, schema, lines: &lines) {
            let environment = FactSchema.constantEnvironment(constants: constants).defining(broken)
            guard let value = expressions.constant(member.value, in: environment, role: "the constant '\(member.key)'") else {
                broken.append(member.key)
                continue
            }
            guard value.takesSize(from: &room) else {
                report.add(
                    at: member.value.position,
                    "the constants have more than \(PolicyLimits.constantSize) elements and 16 bytes of text together",
                    advice: "Make them smaller, or fewer.")
                break
            }
            constants[member.key] = value
            texts.append((member.key, member.value.text ?? ""))
        }
        var names = PolicyNames(
            schema: schema, environment: schema.environment(constants: constants, origin: origin).defining(broken))
        names.constants = constants
        names.constantTexts = texts
        for member in file.entries("variables", atMost: PolicyLimits.names) where isUsable(member, schema, lines: &lines) {
            guard
                let checked = expressions.check(
                    member.value, in: names.environment, role: "the variable '\(member.key)'", hint: Self.namesHint)
            else {
                names.environment = names.environment.defining([member.key])
                continue
            }
            names.environment = names.environment.defining(member.key, as: checked)
            names.definitions[member.key] = checked
            names.variableTexts.append((member.key, member.value.text ?? ""))
        }
        return names
    }

    /// Of the records that came later than the first policies, those whose names a recorded policy gives to something of its own.
    func hiddenRecords(_ file: MappingReader) -> Set<FactRecord> {
        guard origin == .recorded else { return [] }
        let names = ["constants", "variables"].flatMap { file.node($0)?.members ?? [] }.map(\.key)
        return names.contains(FactRecord.session.rawValue) ? [.session] : []
    }

    private func isUsable(_ member: DocumentNode.Member, _ schema: FactSchema, lines: inout [String: Int]) -> Bool {
        guard member.key.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil, member.key.utf8.count <= 64,
            !Self.reserved.contains(member.key)
        else {
            report.add(
                at: member.position, "'\(member.key)' is not a name that an expression can use",
                advice: "Use letters, digits and underscores, a letter first, and no word of the expression language.")
            return false
        }
        guard !schema.names.contains(member.key) else {
            report.add(at: member.position, "'\(member.key)' is the name of a record of facts", advice: "Choose another name.")
            return false
        }
        if let line = lines[member.key] {
            report.add(at: member.position, "'\(member.key)' is defined in line \(line) already", advice: "Choose another name.")
            return false
        }
        lines[member.key] = member.position.line
        return true
    }

    /// A name that expressions read below a record: `input.NAME`, `counter.NAME`.
    func declaredName(_ reader: MappingReader, of what: String, such example: String) -> String? {
        guard let text = reader.text("id") else { return nil }
        guard DeclaredName.isValid(text) else {
            reader.reportProblem(
                at: "id", "'\(text)' is not the name of \(what)",
                advice: MappingReader.retyping(text)
                    ?? "Use letters and digits, a small letter first, as in \(example), and no word of the expression language.")
            return nil
        }
        return text
    }

    static let namesHint =
        "`devshare policy facts` lists what an expression may use, besides the constants and variables above it."

    /// Words that have a meaning in expressions, or are kept for one (cel-spec, "Syntax").
    static let reserved: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while", "bool", "int", "uint", "double", "string", "bytes",
        "list", "map", "null_type", "type", "dyn", "timestamp", "duration",
    ]
}

extension Environment {
    /// Gives names a value of any type, so that expressions which use them can be checked all the same.
    fileprivate func defining(_ broken: [String]) -> Environment {
        broken.reduce(self) { environment, name in
            // Should this fail, the name is only reported once more.
            guard let placeholder = try? environment.check(environment.parse("dyn(null)")) else { return environment }
            return environment.defining(name, as: placeholder)
        }
    }
}
