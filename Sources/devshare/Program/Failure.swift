import BundledFiles
import Canonical
import DeviceSharing
import DeviceSharingClient
import EligibilityPolicy
import EmbeddedPostgres
import EventLog
import PostgreSQL
import SharingAudit
import SharingEngine
import SharingLog
import SharingWebhooks
import Transparency

/// An error as people read it: a stable code, a sentence, and what to do.
struct Failure {
    let code: String
    let message: String
    let advice: String?
    private var parameters: JSONValue?
    /// Everything wrong with a file, one problem each.
    private var problems: [Problem] = []
    /// Whether the problems, which are in English, come behind the error's own text in another language.
    private var hasHeading = false

    init(_ error: any Error, in language: Language) {
        switch error {
        case let error as SharingError: self.init(error, in: language)
        case let error as PolicyError: self.init(error, in: language)
        case let error as EngineError:
            self.init(error.code.rawValue, error.detail, advice: Self.advice(on: error.code))
        case let error as EventLogError:
            self.init(error.code.rawValue, error.text, advice: Self.advice(on: error.code))
        case let error as PostgreSQLError:
            self.init(error.code.rawValue, error.message, advice: Self.advice(on: error))
        case let error as EmbeddedPostgresError: self.init(error.code.rawValue, error.message)
        case let error as ClientError:
            self.init(error.problem?.code ?? error.code.rawValue, error.message, advice: error.problem?.advice)
            parameters = error.problem?.parameters.json
        case let error as DevshareError: self.init(error.code.rawValue, error.message, advice: error.advice)
        case let error as WebhookError: self.init(error.code.rawValue, error.detail, advice: Self.advice(on: error.code))
        case let error as EvidenceError: self.init(error.code.rawValue, (error.line.map { "line \($0): " } ?? "") + error.message)
        case let error as TransparencyError: self.init(error.code.rawValue, error.message)
        case let error as EventDecodingError: self.init(error.code.rawValue, error.message)
        case let error as MissingFiles:
            self.init(
                MissingFiles.code, error.message,
                advice: "Install the program with `make install`, or copy the folders device-sharing_* that stand beside it too.")
        default: self.init("internal-failure", "\(error)")
        }
    }

    private init(_ code: String, _ message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }

    private init(_ error: PolicyError, in language: Language) {
        if language != .english, let code = SharingErrorCode(rawValue: error.code.rawValue), let words = try? Words(language) {
            // A title has no full stop; both other languages write this one.
            self.init(error.code.rawValue, words.title(code) + "。", advice: words.advice(SharingError(code)))
            hasHeading = true
        } else {
            self.init(
                error.code.rawValue, "\(error.problems.count) \(error.problems.count == 1 ? "problem" : "problems")")
        }
        problems = error.problems
    }

    private init(_ error: SharingError, in language: Language) {
        // Without its messages the program still says what it can: the code and its parameters.
        guard let words = try? Words(language) else {
            self.init(error.code.rawValue, "\(error.parameters)")
            return
        }
        self.init(error.code.rawValue, words.message(error), advice: words.advice(error))
        parameters = error.parameters.json
    }

    private static func advice(on code: EngineError.Code) -> String? {
        switch code {
        case .sealingNotConfigured:
            "Make one with `devshare checkpoint keygen`, or name the file of one in DEVSHARE_CHECKPOINT_KEY_FILE."
        case .witnessesMissing:
            "Name them all in DEVSHARE_CHECKPOINT_WITNESSES; or, where one was given up for good, run `devshare checkpoint seal "
                + "--fewer-witnesses` once."
        case .clockAhead: "Compare `date` on this machine with `SELECT clock_timestamp()` in the database."
        case .notSealed: "Run `devshare checkpoint seal`, or wait for a server that has the key: it seals by itself."
        default: nil
        }
    }

    private static func advice(on code: EventLogError.Code) -> String? {
        switch code {
        case .ledgerNotFound: "Found it with `devshare migrate --ledger NAME`."
        case .logRewound: "The database has come back without its last events: begin again from an event that the log holds."
        case .dataInArchive: "`devshare archive list` names the archives; bring one back with `devshare archive attach FILE`."
        default: nil
        }
    }

    private static func advice(on code: WebhookError.Code) -> String? {
        switch code {
        case .webhookNotFound: "See `devshare webhook list`."
        case .eventTypeUnknown: "Known are: \(DomainEvent.types.joined(separator: ", "))."
        case .auditorRequired: "An auditor can do it: give --role auditor with --actor."
        case .destinationInvalid, .tooManyWebhooks: nil
        }
    }

    private static func advice(on error: PostgreSQLError) -> String? {
        switch error.code {
        case .connectionFailed: "Check the database URL, and that the server runs and lets you in."
        case .invalidConnectionString: "Write it as postgresql://user@host/database or as host=… dbname=…."
        case .statementFailed where error.sqlState == .insufficientPrivilege: "Connect as the owner of the schema."
        default: nil
        }
    }

    /// One line, or one for each problem of a file.
    func lines(asJSON: Bool) -> [String] {
        if asJSON { return [TerminalText.escapedJSON(json.text)] }
        guard problems.isEmpty else {
            let lines = problems.flatMap {
                $0.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            }
            return (hasHeading ? [heading] : []) + lines
        }
        return [heading]
    }

    /// The code, a sentence, and what to do, on one line.
    private var heading: String {
        let sentences = [message, advice].compactMap { $0 }.filter { !$0.isEmpty }
            .map { sentence in sentence.last.map { ".?!。？！".contains($0) } == true ? sentence : sentence + "." }
        return "\(code): \(sentences.joined(separator: " "))".split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private var json: JSONValue {
        var error: JSONObject = JSONObject()
        error["code"] = .string(code)
        error["message"] = .string(message)
        error["advice"] = advice.map { .string($0) }
        error["parameters"] = parameters
        if !problems.isEmpty { error["problems"] = .array(problems.map(\.json)) }
        return ["error": .object(error)]
    }
}

extension Problem {
    var json: JSONValue {
        var object = JSONObject()
        object["file"] = .string(file)
        object["line"] = .integer(Int64(line))
        object["column"] = .integer(Int64(column))
        object["message"] = .string(message)
        object["advice"] = advice.map { .string($0) }
        return .object(object)
    }
}
