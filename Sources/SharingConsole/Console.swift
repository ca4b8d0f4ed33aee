import BundledFiles
import EligibilityPolicy
import HTTPEdge
import Logging
import Phrases
import SharingAudit
import SharingEngine

/// What the web console is made of, read and checked once at the start.
struct Console: Sendable {
    let configuration: ConsoleConfiguration
    /// For what browsers keep for us.
    let seal: CookieSeal
    let sessions: SessionKeeper
    let preferences: PreferenceCookies
    let notices: NoticeCookie
    /// People on their way to the provider and back.
    let pendingSignIns: PendingSignInCookie
    /// Nil where people choose who they are.
    let provider: OpenIDProvider?
    let phrases: PhraseCatalog
    /// The sentences in which events are told.
    let story: StoryWords
    let backtests: BacktestRuns
    let templates: PageTemplates
    let assets: PageAssets
    private let plainPhrases: [Language: [String: [String: String]]]

    /// Throws `messages-invalid`, `ConsoleFileError` for a template that cannot be used, and the file system's errors.
    init(_ configuration: ConsoleConfiguration, limits: ServerLimits = ServerLimits(), logger: Logger) throws {
        self.configuration = configuration
        backtests = BacktestRuns(limits: limits, logger: logger)
        let seal = CookieSeal(secret: configuration.sessionKey)
        self.seal = seal
        let cookies = CookieRules(isSecure: configuration.isSecure)
        sessions = SessionKeeper(configuration, seal: seal, cookies: cookies)
        preferences = PreferenceCookies(cookies: cookies)
        notices = NoticeCookie(seal: seal, cookies: cookies)
        pendingSignIns = PendingSignInCookie(seal: seal, cookies: cookies, clock: configuration.clock)
        provider =
            switch configuration.signIn {
            case .samples: nil
            case .provider(let settings): OpenIDProvider(settings, limits: limits, logger: logger, clock: configuration.clock)
            }
        let phrases = try PhraseCatalog.load(
            texts: BundledFiles.texts(in: .texts, suffix: ".yaml").filter { $0.name.hasPrefix("console.") })
        self.phrases = phrases
        story = try StoryWords.bundled()
        plainPhrases = Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, phrases.plain(in: $0)) })
        templates = try PageTemplates(files: ConsoleFiles.templates(), phrases: phrases)
        assets = try PageAssets(files: ConsoleFiles.assets())
    }

    /// Phrases by chapter and key, as templates name them.
    func words(_ language: Language) -> [String: [String: String]] { plainPhrases[language] ?? [:] }

    /// Whether anybody may be anybody.
    var isDevelopment: Bool {
        if case .samples = configuration.signIn { true } else { false }
    }
}
