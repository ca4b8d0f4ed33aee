// What a policy has counted of the log.

extension PolicyLoader {
    func counters(_ file: MappingReader) -> [PolicyCounter] {
        guard file.node("counters") != nil else { return [] }
        var ids = UniqueNames("counter", report)
        var lines: [HistoryCounter: Int] = [:]
        return file.list("counters", atMost: PolicyLimits.counters).compactMap { node in
            guard let reader = MappingReader(node, as: PolicyFileShape.counter, report: report) else { return nil }
            let id = declaredName(reader, of: "a counter", such: "ownerSharings")
            if let id { ids.add(id, at: reader.position(of: "id")) }
            let title = reader.localizedText("title")
            guard let counter = counter(reader) else { return nil }
            if let line = lines[counter] {
                report.add(
                    at: node.position, "the counter in line \(line) counts the same",
                    advice: "Remove one of them: an expression may read a counter as often as it likes.")
            }
            lines[counter] = lines[counter] ?? node.position.line
            guard let id, let title else { return nil }
            return PolicyCounter(id: id, title: title, counter: counter)
        }
    }

    private func counter(_ reader: MappingReader) -> HistoryCounter? {
        let quantity = reader.choice("count", of: HistoryCounter.Quantity.self)
        let subject = reader.choice("of", of: HistoryCounter.Subject.self)
        var hours: Int?
        if reader.node("within") != nil {
            guard let text = reader.text("within") else { return nil }
            guard let span = HistoryCounter.hours(text) else {
                reader.reportProblem(
                    at: "within", "'\(text)' is not a span that can be counted over",
                    advice: "Write whole days or hours, 1h to \(HistoryCounter.maximumHours / 24)d, as in within: 30d.")
                return nil
            }
            hours = span
        }
        guard let quantity, let subject else { return nil }
        if let problem = HistoryCounter.problem(quantity, subject, hours: hours) {
            reader.reportProblem(at: problem.key, problem.message, advice: problem.advice)
        }
        return HistoryCounter(quantity, of: subject, hours: hours)
    }
}
