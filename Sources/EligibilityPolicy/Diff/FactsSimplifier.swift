import Canonical

/// Makes facts plain as far as something stays true of them, so that a reader sees what matters.
package struct FactsSimplifier {
    /// Where every step leads to.
    private let plain: Facts

    package init(plain: Facts) { self.plain = plain }

    /// The facts after as many steps as keep `holds` true; no further single step does.
    package func simplify(_ facts: Facts, while holds: (Facts) -> Bool) -> Facts {
        var facts = facts
        // Each step makes something plain or takes a device away, and none undoes another: it ends.
        while let simpler = simpler(than: facts).first(where: holds) { facts = simpler }
        return facts
    }

    /// The facts with one thing made plain, in each way there is; larger steps before smaller ones.
    package func simpler(than facts: Facts) -> [Facts] {
        var steps = Steps(from: facts)
        steps.add { $0.requester = plain.requester }
        steps.add {
            $0.owner = plain.owner
            $0.device = plain.device
        }
        steps.add { $0.identity = plain.identity }
        steps.add { $0.consent = plain.consent }
        steps.add { $0.session = plain.session }
        steps.add { $0.inputs = plain.inputs }
        steps.add { $0.counters = plain.counters }
        steps.add { $0.sharedWith = plain.sharedWith }
        steps.add { $0.submittedAt = plain.submittedAt }
        steps.add { $0.decidedAt = plain.decidedAt }
        addIdentity(to: &steps)
        addConsent(to: &steps)
        addSession(to: &steps)
        for (name, _) in facts.inputs.sorted { steps.add { $0.inputs[name] = plain.inputs[name] } }
        for (counter, _) in facts.counters.sorted { steps.add { $0.counters[counter] = plain.counters[counter] } }
        addUser(\.requester, to: &steps)
        addUser(\.owner, to: &steps)
        addDevices(of: \.requester, to: &steps)
        addDevices(of: \.owner, to: &steps)
        return steps.results
    }

    /// The results of steps that change something.
    private struct Steps {
        let start: Facts
        var results: [Facts] = []

        init(from start: Facts) { self.start = start }

        mutating func add(_ step: (inout Facts) -> Void) {
            var facts = start
            step(&facts)
            if facts != start { results.append(facts) }
        }
    }

    private func addIdentity(to steps: inout Steps) {
        for attribute in IdentityAttribute.allCases { steps.add { $0.identity[attribute] = plain.identity[attribute] } }
        steps.add { $0.identity.usPerson = plain.identity.usPerson }
    }

    private func addConsent(to steps: inout Steps) {
        guard let consent = plain.consent else { return }
        steps.add { $0.consent?.method = consent.method }
        steps.add { $0.consent?.givenAt = consent.givenAt }
        steps.add { $0.consent?.reference = consent.reference }
    }

    /// With fewer methods, of no level, of the moment of the submission.
    private func addSession(to steps: inout Steps) {
        guard let session = steps.start.session else { return }
        for method in session.methods { steps.add { $0.session?.methods.removeAll { $0 == method } } }
        steps.add { $0.session?.level = 0 }
        steps.add { $0.session?.authenticatedAt = plain.submittedAt }
    }

    private func addUser(_ user: WritableKeyPath<Facts, ParticipantFacts>, to steps: inout Steps) {
        let plain = plain[keyPath: user]
        steps.add { $0[keyPath: user].id = plain.id }
        steps.add { $0[keyPath: user].entity = plain.entity }
        steps.add { $0[keyPath: user].entityKind = plain.entityKind }
        steps.add { $0[keyPath: user].person = plain.person }
        steps.add { $0[keyPath: user].adult = plain.adult }
        steps.add { $0[keyPath: user].registeredAt = plain.registeredAt }
    }

    /// Devices beyond those of the plain facts are taken away, but not the one asked for; the others are made plain one by one.
    private func addDevices(of user: WritableKeyPath<Facts, ParticipantFacts>, to steps: inout Steps) {
        let devices = steps.start[keyPath: user].devices
        let plain = plain[keyPath: user].devices
        if devices.isEmpty { steps.add { $0[keyPath: user].devices = plain } }
        for place in devices.indices {
            if devices.count > plain.count, devices[place].id != steps.start.device {
                steps.add { $0[keyPath: user].devices.remove(at: place) }
            }
            guard plain.indices.contains(place) else { continue }
            steps.add { $0[keyPath: user].devices[place].kind = plain[place].kind }
            steps.add { $0[keyPath: user].devices[place].activatedAt = plain[place].activatedAt }
            if !devices.contains(where: { $0.id == plain[place].id }) {
                steps.add { facts in
                    if facts.device == devices[place].id { facts.device = plain[place].id }
                    facts[keyPath: user].devices[place].id = plain[place].id
                }
            }
        }
    }
}
