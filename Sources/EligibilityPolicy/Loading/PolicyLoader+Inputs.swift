// What a policy asks the portal for.

extension PolicyLoader {
    func inputs(_ file: MappingReader) -> [PolicyInput] {
        guard file.node("inputs") != nil else { return [] }
        var ids = UniqueNames("input", report)
        return file.list("inputs", atMost: PolicyLimits.inputs).compactMap { node in
            guard let reader = MappingReader(node, as: PolicyFileShape.input, report: report) else { return nil }
            let id = declaredName(reader, of: "an input", such: "riskBand")
            if let id { ids.add(id, at: reader.position(of: "id")) }
            let title = reader.localizedText("title")
            let isRequired = reader.flag("required", default: false)
            guard let type = inputType(reader) else { return nil }
            let fallback = fallback(reader, type)
            guard let id, let title, let fallback else { return nil }
            return PolicyInput(id: id, title: title, type: type, isRequired: isRequired, fallback: fallback)
        }
    }

    private func inputType(_ reader: MappingReader) -> InputType? {
        guard let name = reader.choice("type", of: InputType.Name.self) else { return nil }
        if name != .choice, reader.node("values") != nil {
            reader.reportProblem(at: "values", "an input of the type \(name) has no values", advice: "Write type: choice.")
        }
        if name != .integer, reader.node("range") != nil {
            reader.reportProblem(at: "range", "an input of the type \(name) has no range", advice: "Write type: integer.")
        }
        switch name {
        case .boolean: return .boolean
        case .country: return .country
        case .choice: return words(reader).map(InputType.choice)
        case .integer: return range(reader).map(InputType.integer)
        }
    }

    private func words(_ reader: MappingReader) -> [String]? {
        guard reader.node("values") != nil else {
            report.add(
                at: reader.position(of: "type"), "a choice needs 'values'",
                advice: "Write them as in values: [low, medium, high].")
            return nil
        }
        var seen = UniqueNames("value", report)
        let words = reader.list("values", atMost: PolicyLimits.inputWords).compactMap { node -> String? in
            let text = node.text ?? ""
            // What looks like a number or a flag would be taken for one where people write it.
            guard text.utf8.count <= InputValues.maximumLength, text.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil,
                !["true", "false", "null"].contains(text)
            else {
                report.add(
                    at: node.position, "'\(node.text ?? node.kindName)' is not a value of a choice",
                    advice: MappingReader.retyping(text)
                        ?? "Use lower-case letters and digits in words joined by hyphens, a letter first, as in very-high.")
                return nil
            }
            seen.add(text, at: node.position)
            return text
        }
        return words.isEmpty ? nil : words
    }

    private func range(_ reader: MappingReader) -> ClosedRange<Int>? {
        let elements = reader.node("range")?.elements ?? []
        let bounds = elements.compactMap { $0.text.flatMap { InputValue($0).number } }
        guard elements.count == 2, bounds.count == 2, bounds[0] < bounds[1], bounds.allSatisfy(PolicyLimits.inputNumbers.contains)
        else {
            report.add(
                at: reader.position(of: "range"), "a whole number needs 'range', the least and the greatest that it may be",
                advice: "Write it as in range: [0, 100], with numbers from -1000000000 to 1000000000.")
            return nil
        }
        return bounds[0]...bounds[1]
    }

    private func fallback(_ reader: MappingReader, _ type: InputType) -> InputValue? {
        guard let node = reader.node("default"), let text = node.text, !node.isNull, let value = type.normalized(InputValue(text))
        else {
            if reader.node("default") != nil {
                reader.reportProblem(
                    at: "default", "'default' must be \(type.requirement)",
                    advice: "It counts where a request lacks the input, as those of before do.")
            }
            return nil
        }
        return value
    }
}
