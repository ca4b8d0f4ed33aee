import BundledFiles
import Canonical
import DeviceSharing
import EligibilityPolicy
import Phrases
import SharingLog

/// The texts that stories are put together from, in every language.
package struct StoryWords: Sendable {
    package let story: StoryCatalog
    package let messages: MessageCatalog

    /// Those that come with the program. Throws `messages-invalid`.
    package static func bundled() throws -> StoryWords {
        let files = try BundledFiles.texts(in: .texts, suffix: ".yaml")
        return StoryWords(
            story: try StoryCatalog.load(texts: files.filter { $0.name.hasPrefix("story.") }),
            messages: try MessageCatalog.load(texts: files.filter { $0.name.hasPrefix("messages.") }))
    }
}

/// Puts events into sentences.
package struct StoryTeller: Sendable {
    let language: Language
    let words: StoryWords
    /// For the names of kinds of devices.
    let catalog: DeviceCatalog
    /// For the titles of officers' reasons; one that is not among them goes by its id.
    let rejectionReasons: [RejectionReason]

    package init(
        language: Language, words: StoryWords, catalog: DeviceCatalog, rejectionReasons: [RejectionReason] = []
    ) {
        self.language = language
        self.words = words
        self.catalog = catalog
        self.rejectionReasons = rejectionReasons
    }

    /// What happened, without the decision that it rests on.
    package func sentences(of event: LedgerEvent) -> [String] {
        let actor = event.actor ?? "?"
        switch event.event {
        case .shareRequest(let change): return sentences(of: change, by: actor)
        case .user(let change): return [sentence(of: change)]
        case .device(let change): return [sentence(of: change)]
        case .policy(.activated(let name, let version, _, _)):
            return [say(.policyActivated, ["actor": actor, "policy": "\(name) \(version)"])]
        case .archive(.detached(let run)):
            return [
                say(
                    .eventsDetached,
                    ["actor": actor, "first": "\(run.positions.lowerBound)", "last": "\(run.positions.upperBound)"])
            ]
        case .archive(.attached): return [say(.eventsAttached, ["actor": actor])]
        case .webhook(let change): return [sentence(of: change, by: actor)]
        case .clock(.repaired(let repair)):
            return [say(.clockRepaired, ["actor": actor, "first": "\(repair.firstPosition)", "reason": repair.reason])]
        case nil: return [say(.dataInArchive)]
        }
    }

    /// What every rule said.
    /// - Parameter policy: the one that decided; nil where the log does not hold it, and then rules go by their ids.
    package func sentences(of decision: Decision, under policy: Policy?) -> [String] {
        let name = policy.map { "\($0.name) \($0.version)" } ?? decision.policy.description
        return [say(.decision, ["policy": name, "passed": passed(in: decision, under: policy)])]
            + (decision.reasons + decision.notes).map { sentence(of: $0, under: policy) }
            + disclosure(of: decision, under: policy)
    }

    /// The titles of the rules that passed. A rule that may not have acted goes by its id, since its title need not be so.
    package func passed(in decision: Decision, under policy: Policy?) -> String {
        let titles = decision.rulings.filter(\.passed).map { ruling in
            guard let policy, !policy.mayNotAct(ruling.rule) else { return ruling.rule.rawValue }
            return policy.rules.first { $0.id == ruling.rule }?.title[language] ?? ruling.rule.rawValue
        }
        return titles.joined(separator: language == .english ? "; " : "；")
    }

    /// Why a rule did not pass, and what follows from it. The rule goes by its id: its title says what is so where it passes.
    package func sentence(of reason: Reason, under policy: Policy?) -> String {
        let text = say(
            .rule,
            [
                "reason": words.messages.title(for: reason.code, in: language, reasons: policy?.reasons ?? .none),
                "rule": reason.rule.rawValue, "consequence": words.messages.name(of: reason.consequence, in: language),
                "message": message(StatedReason(reason), under: policy),
            ])
        let failure = reason.evaluationFailure.map { say(.ruleFailure, ["failure": $0]) }
        return together([text, failure].compactMap { $0 })
    }

    /// What portals were told, where the policy does not disclose every reason as itself.
    private func disclosure(of decision: Decision, under policy: Policy?) -> [String] {
        guard let disclosed = decision.disclosed else { return [] }
        let titles = disclosed.map { words.messages.title(for: $0.code, in: language, reasons: policy?.reasons ?? .none) }
        return [say(.disclosed, ["reasons": titles.joined(separator: language == .english ? "; " : "；")])]
    }

    /// Sentences as one text.
    package func together(_ sentences: [String]) -> String {
        sentences.joined(separator: language == .english ? " " : "")
    }

    private func say(_ sentence: StoryCatalog.Sentence, _ parameters: [String: String] = [:]) -> String {
        words.story.text(sentence, parameters, in: language)
    }

    private func message(_ reason: StatedReason, under policy: Policy?) -> String {
        words.messages.message(
            for: reason, in: language, catalog: policy?.catalog ?? DeviceCatalog([]), reasons: policy?.reasons ?? .none)
    }

    /// `2026-11-23 03:43 UTC`, as messages write moments.
    private func minute(_ moment: Timestamp) -> String {
        let text = moment.description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }
}

// MARK: - Requests

extension StoryTeller {
    private func sentences(of change: ShareRequestEvent, by actor: String) -> [String] {
        switch change {
        case .submitted(_, let requester, let owner, let device, let consent, let statement, _):
            let first = say(
                .submitted, ["requester": requester.rawValue, "owner": owner.rawValue, "device": device.rawValue])
            return [first, consent.map(sentence) ?? say(.noConsent)] + sentences(of: statement)
        case .held(_, let expiresAt, _): return [say(.held, ["expiresAt": minute(expiresAt)])]
        case .approved(.policy, _, let note): return [say(.approvedByPolicy)] + self.note(note)
        case .approved(.compliance, _, let note):
            return [say(.approvedByCompliance, ["actor": actor])] + self.note(note)
        case .rejected(let rejection): return sentences(of: rejection, by: actor)
        case .withdrawn(let note): return [say(.withdrawn)] + self.note(note)
        case .expired: return [say(.expired)]
        case .escalated: return [say(.escalated)]
        case .claimed(let officer, let until): return [say(.claimed, ["actor": officer, "until": minute(until)])]
        case .released(let officer): return [say(.released, ["actor": officer])]
        case .noted(let officer, let text): return [say(.noted, ["actor": officer, "text": text])]
        case .endorsed(let officer, let note): return [say(.endorsed, ["actor": officer])] + self.note(note)
        case .activated: return [say(.activated)]
        case .ended(let reason, let consent, let note):
            return [say(reason.sentence)] + (consent.map { [sentence(of: $0)] } ?? []) + self.note(note)
        }
    }

    private func sentence(of consent: OwnerConsent) -> String {
        say(
            .consent, ["method": consent.method, "givenAt": minute(consent.givenAt), "reference": consent.reference])
    }

    private func sentences(of statement: PortalStatement) -> [String] {
        var sentences: [String] = []
        if let session = statement.session?.facts {
            sentences.append(
                say(
                    .session,
                    [
                        "methods": session.listedMethods, "level": "\(session.level)",
                        "authenticatedAt": minute(session.authenticatedAt),
                    ]))
        }
        let said = statement.inputs.sorted.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
        if !said.isEmpty { sentences.append(say(.inputs, ["inputs": said])) }
        return sentences
    }

    private func sentences(of rejection: Rejection, by actor: String) -> [String] {
        let first: String
        switch (rejection.by, rejection.reason) {
        case (.policy, _): first = say(.rejectedByPolicy)
        case (.compliance, nil): first = say(.rejectedByCompliance, ["actor": actor])
        case (.compliance, let reason?): first = say(.rejectedForReason, ["actor": actor, "reason": title(of: reason)])
        }
        let error = rejection.error.map { [message(StatedReason($0), under: nil)] } ?? []
        return [first] + error + note(rejection.note)
    }

    private func title(of reason: String) -> String {
        rejectionReasons.first { $0.id.rawValue == reason }?.title[language] ?? reason
    }

    private func note(_ note: String?) -> [String] { note.map { [say(.note, ["text": $0])] } ?? [] }
}

// MARK: - The directory

extension StoryTeller {
    private func sentence(of change: UserEvent) -> String {
        switch change {
        case .registered(let user, let entity, _, _, _, _):
            say(.userRegistered, ["user": user.rawValue, "entity": entity.rawValue])
        case .entityChanged(_, let entity, _, _, _): say(.entityChanged, ["entity": entity.rawValue])
        case .identityRecorded(_, _, let attributes):
            say(
                .identityRecorded,
                [
                    "attributes": attributes.map { words.messages.name(of: $0, in: language) }
                        .joined(separator: language == .english ? ", " : "、")
                ])
        case .identityErased: say(.identityErased)
        case .closed: say(.userClosed)
        case .deviceAssigned(_, let device): say(.deviceAssigned, ["device": device.rawValue])
        case .shareRequestOpened(_, let request): say(.requestOpened, ["request": request.description])
        case .shareRequestClosed(_, let request, let isRejected):
            say(isRejected ? .requestRejected : .requestClosed, ["request": request.description])
        case .loginDeviceChanged(_, let device?, let request, _):
            say(.loginWithShared, ["device": device.rawValue, "request": request?.description ?? "?"])
        case .loginDeviceChanged(_, nil, _, _): say(.loginWithOwn)
        }
    }

    private func sentence(of change: DeviceEvent) -> String {
        switch change {
        case .issued(_, let holder, let kind, _):
            say(.deviceIssued, ["user": holder.rawValue, "kind": catalog[kind]?.title[language] ?? kind.rawValue])
        case .activated(_, let moment): say(.deviceActivated, ["activatedAt": minute(moment)])
        case .deactivated(_, let reason): say(.deactivated, ["reason": reason])
        case .reportedLost: say(.reportedLost)
        case .shared(_, let request, let user):
            say(.shared, ["user": user.rawValue, "request": request.description])
        case .unshared(_, let request, let user):
            say(.unshared, ["user": user.rawValue, "request": request.description])
        }
    }
}

// MARK: - Webhooks

extension StoryTeller {
    private func sentence(of change: WebhookEvent, by actor: String) -> String {
        switch change {
        case .added(let terms):
            let separator = language == .english ? ", " : "、"
            let types = terms.eventTypes.isEmpty ? ["*"] : terms.eventTypes
            return say(
                terms.isConfidential ? .webhookAddedConfidential : .webhookAdded,
                ["actor": actor, "receiver": terms.receiver, "types": types.joined(separator: separator)])
        case .removed: return say(.webhookRemoved, ["actor": actor])
        case .secretRotated: return say(.webhookSecretRotated, ["actor": actor])
        case .replayed(let stream, let after):
            if let after { return say(.webhookRewound, ["actor": actor, "after": "\(after)"]) }
            if let stream { return say(.webhookStreamReplayed, ["actor": actor, "stream": stream]) }
            return say(.webhookReplayed, ["actor": actor])
        case .stopped: return say(.webhookStopped)
        }
    }
}

extension LedgerEvent {
    /// The decision that made the event; nil where none did, or where an officer did not rely on it.
    package var decision: DecisionRecord? {
        guard case .shareRequest(let change) = event else { return nil }
        if case .rejected(let rejection) = change, rejection.by == .compliance { return nil }
        return change.policyDecision
    }
}

extension EndReason {
    fileprivate var sentence: StoryCatalog.Sentence {
        switch self {
        case .stoppedByRequester: .stoppedByRequester
        case .stoppedByOwner: .stoppedByOwner
        case .stoppedByCompliance: .stoppedByCompliance
        case .deviceDeactivated: .deviceDeactivated
        case .deviceLost: .deviceLost
        case .participantClosed: .participantClosed
        }
    }
}
