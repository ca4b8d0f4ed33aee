import CEL
import Canonical

// When a rule acts, and how long a request that it holds stays pending.

extension PolicyLoader {
    /// The times of a pending request; nil where there are none, or something is wrong with them, which is reported.
    func pending(_ reader: MappingReader) -> PendingTimes? {
        guard let node = reader.node("pending"), let reader = MappingReader(node, as: PolicyFileShape.pending, report: report)
        else { return nil }
        let escalation = duration("escalatesAfter", of: reader)
        guard let expiry = duration("expiresAfter", of: reader) else { return nil }
        if let escalation, escalation >= expiry {
            report.add(
                at: reader.position(of: "escalatesAfter"), "a request would be escalated only when it has lapsed",
                advice: "Make escalatesAfter shorter than expiresAfter.")
        }
        return PendingTimes(expiry: expiry, escalation: escalation)
    }

    private func duration(_ key: String, of reader: MappingReader) -> Duration? {
        guard let text = reader.text(key) else { return nil }
        guard let parsed = CELDuration(text) else {
            report.add(
                at: reader.position(of: key), "'\(text)' is not a duration",
                advice: MappingReader.retyping(text) ?? "Write hours, minutes and seconds, as in 120h, 90m or 1h30m.")
            return nil
        }
        let duration = Duration.nanoseconds(parsed.nanoseconds)
        guard PolicyLimits.pending.contains(duration) else {
            report.add(at: reader.position(of: key), "'\(key)' must be from 1m to 8784h (366 days)")
            return nil
        }
        return duration
    }

    /// The times of the requests that a rule holds.
    func pending(ofRule reader: MappingReader, _ consequence: Consequence?) -> PendingTimes? {
        if let consequence, consequence != .review, reader.node("pending") != nil {
            reader.reportProblem(
                at: "pending", "the rule holds no request",
                advice: "Remove 'pending', or write otherwise: review.")
        }
        return pending(reader)
    }

    /// The moments from and until which a rule acts.
    func span(_ reader: MappingReader) -> (from: Timestamp?, until: Timestamp?) {
        let span = (from: reader.timestamp("from"), until: reader.timestamp("until"))
        if let from = span.from, let until = span.until, until <= from {
            reader.reportProblem(at: "until", "the rule would end before it begins", advice: "Make 'until' later than 'from'.")
        }
        return span
    }

    /// Where a rule acts.
    /// - Parameter usual: where the file does not say.
    func moments(_ reader: MappingReader, usual: Set<EvaluationMoment>) -> Set<EvaluationMoment> {
        guard let node = reader.node("at") else { return usual }
        let known = EvaluationMoment.allCases.map(\.rawValue)
        // One moment may be written without a list.
        let elements = node.elements ?? (node.text == nil ? [] : [node])
        if elements.isEmpty {
            reader.reportProblem(
                at: "at", "'at' must be a list of moments, with at least one", advice: "Known: \(known.joined(separator: ", ")).")
        }
        var moments: Set<EvaluationMoment> = []
        for element in elements {
            guard let text = element.text, let moment = EvaluationMoment(rawValue: text) else {
                report.add(
                    at: element.position, "'\(element.text ?? element.kindName)' is not a moment at which a rule acts",
                    advice: MappingReader.suggestion(for: element.text ?? "", among: known))
                continue
            }
            if !moments.insert(moment).inserted { report.add(at: element.position, "'\(moment.rawValue)' is there twice") }
        }
        return moments
    }

    /// Where a rule acts that does not say: everywhere; and not at a re-check if it reads what a standing sharing cannot help, such
    /// as the age of the owner's consent, or a temporary device, which is issued exactly when a client is stranded.
    func usualMoments(of requirement: CheckedExpression, _ names: PolicyNames) -> Set<EvaluationMoment> {
        requirement.reads(Self.factsOfAdmission, names.definitions)
            ? [.admission, .renewal] : Set(EvaluationMoment.allCases)
    }

    private static let factsOfAdmission: Set<String> = [
        "consent.givenAt", "requester.registeredAt", "owner.registeredAt", "device.activatedAt",
        "requester.hasTemporaryDevice", "requester.temporaryDevice", "owner.hasTemporaryDevice", "owner.temporaryDevice",
    ]
}

extension CheckedExpression {
    /// Whether the expression, or a variable that it uses, reads one of the facts.
    fileprivate func reads(_ facts: Set<String>, _ definitions: [String: CheckedExpression]) -> Bool {
        var isRead = false
        var seen: Set<String> = []
        var pending = [parsed.root]
        while let root = pending.popLast(), !isRead {
            root.walk { part in
                if facts.contains(part.sourceText.filter { !$0.isWhitespace }) { isRead = true }
                if case .identifier(let name, _) = part.kind, let definition = definitions[name], seen.insert(name).inserted {
                    pending.append(definition.parsed.root)
                }
            }
        }
        return isRead
    }
}
