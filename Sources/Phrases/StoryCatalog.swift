import EligibilityPolicy

/// The sentences in which the story of a request, user, device or policy is told, in every language: the files
/// `Sources/Phrases/Texts/story.LANGUAGE.yaml`.
public struct StoryCatalog: Sendable {
    /// A sentence of a story. Its raw value is the key in the files.
    public enum Sentence: String, CaseIterable, Sendable {
        case asks
        case waits
        case waitsForSecond = "waits-for-second"
        case advice

        case submitted
        case consent
        case noConsent = "no-consent"
        case session
        case inputs
        case held
        case approvedByPolicy = "approved-by-policy"
        case approvedByCompliance = "approved-by-compliance"
        case rejectedByPolicy = "rejected-by-policy"
        case rejectedByCompliance = "rejected-by-compliance"
        case rejectedForReason = "rejected-for-reason"
        case decision
        case rule
        case ruleFailure = "rule-failure"
        case disclosed
        case withdrawn
        case expired
        case escalated
        case claimed
        case released
        case noted
        case endorsed
        case activated
        case stoppedByRequester = "ended-stopped-by-requester"
        case stoppedByOwner = "ended-stopped-by-owner"
        case stoppedByCompliance = "ended-stopped-by-compliance"
        case deviceDeactivated = "ended-device-deactivated"
        case deviceLost = "ended-device-lost"
        case participantClosed = "ended-participant-closed"
        case note

        case userRegistered = "user-registered"
        case entityChanged = "user-entity-changed"
        case identityRecorded = "user-identity-recorded"
        case identityErased = "user-identity-erased"
        case userClosed = "user-closed"
        case deviceAssigned = "user-device-assigned"
        case requestOpened = "user-request-opened"
        case requestClosed = "user-request-closed"
        case requestRejected = "user-request-rejected"
        case loginWithShared = "user-login-with-shared"
        case loginWithOwn = "user-login-with-own"

        case deviceIssued = "device-issued"
        case deviceActivated = "device-activated"
        case deactivated = "device-deactivated"
        case reportedLost = "device-reported-lost"
        case shared = "device-shared"
        case unshared = "device-unshared"

        case policyActivated = "policy-activated"

        case eventsDetached = "events-detached"
        case eventsAttached = "events-attached"
        case dataInArchive = "data-in-archive"

        case webhookAdded = "webhook-added"
        case webhookAddedConfidential = "webhook-added-confidential"
        case webhookRemoved = "webhook-removed"
        case webhookSecretRotated = "webhook-secret-rotated"
        case webhookReplayed = "webhook-replayed"
        case webhookStreamReplayed = "webhook-stream-replayed"
        case webhookRewound = "webhook-rewound"
        case webhookStopped = "webhook-stopped"

        case clockRepaired = "clock-repaired"

        /// What the sentence must say, each once or more.
        public var parameters: [String] {
            switch self {
            case .asks, .submitted: ["requester", "owner", "device"]
            case .advice: ["advice"]
            case .consent: ["method", "givenAt", "reference"]
            case .session: ["methods", "level", "authenticatedAt"]
            case .inputs: ["inputs"]
            case .waits, .held: ["expiresAt"]
            case .waitsForSecond: ["actor", "expiresAt"]
            case .approvedByCompliance, .rejectedByCompliance, .released, .endorsed: ["actor"]
            case .rejectedForReason: ["actor", "reason"]
            case .decision: ["policy", "passed"]
            case .rule: ["reason", "rule", "consequence", "message"]
            case .ruleFailure: ["failure"]
            case .disclosed: ["reasons"]
            case .claimed: ["actor", "until"]
            case .noted: ["actor", "text"]
            case .note: ["text"]
            case .userRegistered: ["user", "entity"]
            case .entityChanged: ["entity"]
            case .identityRecorded: ["attributes"]
            case .deviceAssigned: ["device"]
            case .requestOpened, .requestClosed, .requestRejected: ["request"]
            case .loginWithShared: ["device", "request"]
            case .deviceIssued: ["user", "kind"]
            case .deviceActivated: ["activatedAt"]
            case .deactivated: ["reason"]
            case .shared, .unshared: ["user", "request"]
            case .policyActivated: ["actor", "policy"]
            case .eventsDetached: ["actor", "first", "last"]
            case .eventsAttached, .webhookRemoved, .webhookSecretRotated, .webhookReplayed: ["actor"]
            case .webhookAdded, .webhookAddedConfidential: ["actor", "receiver", "types"]
            case .webhookStreamReplayed: ["actor", "stream"]
            case .webhookRewound: ["actor", "after"]
            case .clockRepaired: ["actor", "first", "reason"]
            case .noConsent, .approvedByPolicy, .rejectedByPolicy, .withdrawn, .expired, .escalated, .activated,
                .stoppedByRequester, .stoppedByOwner,
                .stoppedByCompliance, .deviceDeactivated, .deviceLost, .participantClosed, .identityErased, .userClosed,
                .loginWithOwn, .reportedLost, .dataInArchive, .webhookStopped:
                []
            }
        }
    }

    private let texts: [Language: [Sentence: MessageTemplate]]

    /// Reads the files, one for each language. Throws `messages-invalid` with everything that is wrong or missing in any of them.
    package static func load(texts files: [(name: String, text: String)]) throws(PolicyError) -> StoryCatalog {
        var problems: [Problem] = []
        var texts: [Language: [Sentence: MessageTemplate]] = [:]
        for (name, text) in files {
            let report = ProblemReport(file: name)
            if let (language, sentences) = read(text, report) { texts[language] = sentences }
            problems += report.error(.messagesInvalid)?.problems ?? []
        }
        for language in Language.allCases where problems.isEmpty && texts[language] == nil {
            problems.append(
                Problem(
                    file: "story.\(language).yaml", line: 0, column: 0, message: "there are no sentences in \(language)"
                ))
        }
        guard problems.isEmpty else { throw PolicyError(code: .messagesInvalid, problems: problems) }
        return StoryCatalog(texts: texts)
    }

    private static let sizeLimit = 65_536

    private static func read(_ text: String, _ report: ProblemReport) -> (Language, [Sentence: MessageTemplate])? {
        guard let document = Document(text, limit: sizeLimit, report: report),
            let file = MappingReader(
                document.root, as: MappingShape("a file of sentences", required: ["language", "sentences"]),
                report: report),
            let language = file.choice("language", of: Language.self), let node = file.node("sentences"),
            let reader = MappingReader(
                node, as: MappingShape("'sentences'", required: Sentence.allCases.map(\.rawValue)), report: report)
        else { return nil }
        var sentences: [Sentence: MessageTemplate] = [:]
        for sentence in Sentence.allCases {
            guard let text = reader.text(sentence.rawValue) else { continue }
            guard let template = try? MessageTemplate(text), Set(template.parameters) == Set(sentence.parameters) else {
                let wanted = sentence.parameters.map { "{\($0)}" }.joined(separator: ", ")
                reader.reportProblem(
                    at: sentence.rawValue,
                    "'\(sentence.rawValue)' must mention \(wanted.isEmpty ? "no parameters" : wanted), and nothing else in braces"
                )
                continue
            }
            sentences[sentence] = template
        }
        return (language, sentences)
    }

    /// The sentence with its parameters filled in.
    public func text(_ sentence: Sentence, _ parameters: [String: String] = [:], in language: Language) -> String {
        texts[language]?[sentence]?.filled { parameters[$0] ?? "" } ?? sentence.rawValue
    }
}
