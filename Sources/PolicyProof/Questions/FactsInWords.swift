import CEL
import Canonical
import EligibilityPolicy

/// Says how facts differ from those of a plain request.
struct FactsInWords {
    let plain: Facts

    /// A phrase for each difference; one that says so where there is none.
    func words(for facts: Facts) -> [String] {
        var words: [String] = []
        words += user("requester", plain.requester, facts.requester, of: facts)
        words += user("owner", plain.owner, facts.owner, of: facts)
        if facts.device != plain.device { words.append("the device asked for is \(facts.device)") }
        if let asked = facts.owner.devices.first(where: { $0.id == facts.device }) {
            let usual = plain.owner.devices.first
            if asked.kind != usual?.kind { words.append("the device asked for is of the kind \(asked.kind)") }
            if asked.activatedAt != usual?.activatedAt {
                words.append(
                    "the device asked for was activated \(Self.span(asked.activatedAt, facts.decidedAt, "the decision"))")
            }
        }
        if facts.sharedWith != plain.sharedWith { words.append("the device is shared with \(facts.sharedWith) others") }
        for attribute in IdentityAttribute.allCases where facts.identity[attribute] != plain.identity[attribute] {
            words.append("the comparison of \(attribute.rawValue) is \(facts.identity[attribute].rawValue)")
        }
        if facts.identity.usPerson != plain.identity.usPerson {
            words.append("usPerson is \(facts.identity.usPerson.map { "\($0)" } ?? "not known")")
        }
        words += consent(facts)
        words += session(facts)
        words += inputs(facts)
        words += counters(facts)
        if facts.submittedAt != plain.submittedAt { words.append("the request was submitted \(Self.moment(facts.submittedAt))") }
        if facts.decidedAt != plain.decidedAt {
            words.append(
                facts.decidedAt == facts.submittedAt
                    ? "it is decided at once"
                    : "it is decided \(Self.moment(facts.decidedAt)), \(Self.length(facts.decidedAt.duration(since: facts.submittedAt))) after the submission"
            )
        }
        return words.isEmpty ? ["the request is a plain one"] : words
    }

    private func user(_ name: String, _ usual: ParticipantFacts, _ user: ParticipantFacts, of facts: Facts) -> [String] {
        var words: [String] = []
        if user.id != usual.id { words.append("the \(name) is \(user.id)") }
        if user.entity != usual.entity { words.append("the \(name) belongs to the entity \(user.entity)") }
        if user.entityKind != usual.entityKind { words.append("the \(name)'s entity is an \(user.entityKind.rawValue)") }
        if user.person != usual.person {
            words.append(
                user.person.map { "the \(name) is the login of the person \($0)" } ?? "nobody knows who uses the \(name)")
        }
        if user.adult != usual.adult {
            switch user.adult {
            case .yes: words.append("the person behind the \(name) is of age")
            case .no: words.append("the person behind the \(name) is not of age")
            case .unknown: words.append("it is not known whether the person behind the \(name) is of age")
            }
        }
        if user.registeredAt != usual.registeredAt {
            words.append("the \(name) was registered \(Self.span(user.registeredAt, facts.decidedAt, "the decision"))")
        }
        let others = user.devices.filter { $0.id != facts.device || name == "requester" }
        let kinds = others.map(\.kind.rawValue)
        let usualKinds = name == "requester" ? usual.devices.map(\.kind.rawValue) : []
        if kinds != usualKinds {
            let list = kinds.count > 12 ? "\(kinds.count) devices" : kinds.joined(separator: ", ")
            words.append(
                kinds.isEmpty
                    ? "the \(name) has no device"
                    : "the \(name) \(name == "owner" ? "also has" : "has") devices of the kinds \(list)"
            )
        }
        return words
    }

    private func consent(_ facts: Facts) -> [String] {
        guard let consent = facts.consent else { return plain.consent == nil ? [] : ["the owner has not consented"] }
        var words: [String] = []
        if consent.method != plain.consent?.method { words.append("the method of consent is '\(consent.method)'") }
        if consent.givenAt != plain.consent?.givenAt || facts.submittedAt != plain.submittedAt {
            words.append("the owner consented \(Self.span(consent.givenAt, facts.submittedAt, "the submission"))")
        }
        return words
    }

    private func session(_ facts: Facts) -> [String] {
        guard facts.session != plain.session else { return [] }
        guard let session = facts.session else { return ["the portal does not say how the requester had logged in"] }
        let methods = session.methods.map(\.rawValue).joined(separator: ", ")
        return [
            "the requester had logged in \(methods.isEmpty ? "by no known method" : "by \(methods)"), to level \(session.level), "
                + Self.span(session.authenticatedAt, facts.submittedAt, "the submission")
        ]
    }

    private func inputs(_ facts: Facts) -> [String] {
        let names = Set((plain.inputs.sorted + facts.inputs.sorted).map(\.name)).sorted()
        return names.filter { plain.inputs[$0] != facts.inputs[$0] }.map { name in
            facts.inputs[name].map { "the input \(name) is \($0)" } ?? "the input \(name) is missing"
        }
    }

    private func counters(_ facts: Facts) -> [String] {
        facts.counters.sorted.filter { plain.counters[$0.counter] ?? 0 != $0.value }.map { counter, value in
            "the counter \(counter) is \(value)"
        }
    }

    // MARK: Times

    private static func span(_ moment: Timestamp, _ other: Timestamp, _ what: String) -> String {
        if moment == other { return "at the moment of \(what)" }
        return moment < other
            ? "\(length(other.duration(since: moment))) before \(what)" : "\(length(moment.duration(since: other))) after \(what)"
    }

    private static func length(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
        var words = parts.filter { $0.0 != 0 }.map { "\($0.0) \($0.1)" }
        if attoseconds != 0 { words.append("\(attoseconds / 1_000_000_000_000) µs") }
        return words.joined(separator: " ")
    }

    private static func moment(_ moment: Timestamp) -> String {
        let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        let seconds = Int64(floorDivided(Int128(moment.microseconds), 1_000_000))
        let stamp = CELTimestamp(checkingSeconds: seconds)
        let day = stamp.map { days[Int(CalendarPart.dayOfWeek.value(at: $0, offset: 0))] }
        return "at \(moment.description)" + (day.map { " (\($0))" } ?? "")
    }
}
