import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// What is done to several requests at once: each for itself, with its own result.
struct BulkAction: Sendable {
    enum Kind: String, Sendable { case claim, release, reject }

    let kind: Kind
    let requests: [ShareRequestID]
    /// Of a rejection.
    let reason: String?
    let note: String?

    /// What became of one request.
    struct Result: Hashable, Sendable {
        let request: ShareRequestID
        /// Nil where it was done.
        let refusal: SharingErrorCode?
    }

    private func command(_ request: ShareRequestID) -> Command {
        switch kind {
        case .claim: .claim(request)
        case .release: .release(request)
        case .reject: .reject(request, reason: reason, note: note)
        }
    }

    /// Does it to all, in no order: the engine takes them as one batch. Throws where the engine could not do something; what was
    /// done then stays done, and a repetition of the form finds it so.
    func perform(_ call: ConsoleCall) async throws -> [Result] {
        let refusals = try await withThrowingTaskGroup(of: (ShareRequestID, SharingErrorCode?).self) {
            group in
            for request in requests {
                group.addTask {
                    do {
                        _ = try await call.perform(command(request))
                        return (request, nil)
                    } catch let error as SharingError {
                        return (request, error.code)
                    }
                }
            }
            var refusals: [ShareRequestID: SharingErrorCode] = [:]
            for try await (request, code) in group { refusals[request] = code }
            return refusals
        }
        return requests.map { Result(request: $0, refusal: refusals[$0]) }
    }
}

/// The results of a bulk action on their way to the page that shows them: sealed in its address, so that no server need keep
/// them and nobody can make them up.
struct BulkReport: Sendable {
    private static let purpose = "devshare-bulk"

    let kind: BulkAction.Kind
    let results: [BulkAction.Result]

    func sealed(_ seal: CookieSeal) throws -> String {
        let json: JSONValue = [
            "kind": .string(kind.rawValue),
            "results": .array(
                results.map {
                    [.string($0.request.description), $0.refusal.map { .string($0.rawValue) } ?? .null]
                }),
        ]
        return try seal.sealed(json.canonicalBytes(), for: Self.purpose)
    }

    init(kind: BulkAction.Kind, results: [BulkAction.Result]) {
        self.kind = kind
        self.results = results
    }

    init?(_ text: String, _ seal: CookieSeal) {
        guard let bytes = seal.opened(text, for: Self.purpose),
            let json = try? JSONValue(parsing: bytes),
            let kind = json["kind"]?.stringValue.flatMap(BulkAction.Kind.init(rawValue:)),
            let results = json["results"]?.arrayValue
        else { return nil }
        self.kind = kind
        self.results = results.compactMap { result in
            guard let pair = result.arrayValue, pair.count == 2,
                let id = pair[0].stringValue.flatMap({ ShareRequestID($0) })
            else {
                return nil
            }
            return BulkAction.Result(
                request: id, refusal: pair[1].stringValue.flatMap(SharingErrorCode.init(rawValue:)))
        }
    }
}
