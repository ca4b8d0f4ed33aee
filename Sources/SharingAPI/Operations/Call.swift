import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import Logging
import SharingEngine
import SharingLog
import SharingWebhooks

/// A request that has been admitted, authorised and checked against its route.
struct Call: Sendable {
    let backend: ServerDependencies
    let services: APIServices
    /// Who asks; nil where anybody may.
    let principal: Principal?
    /// The role in which it acts, of those that the route is for.
    let role: Role?
    /// Whose share of slots, streams and room for bodies the request counts to.
    let caller: String
    let parameters: CheckedParameters
    /// The body; empty where there is none.
    var body = CheckedBody.empty
    /// A body of lines; empty where there is none.
    var lines = ReceivedBody.empty
    let language: Language
    /// In every answer, every line of the log and every event's metadata.
    let requestID: String
    /// The caller's place in its trace.
    let traceParent: TraceParent?
    let logger: Logger

    var engine: SharingEngine { backend.engine }
    var webhooks: WebhookSubscriptions { services.webhooks }

    /// For whom the answer is written.
    var audience: Audience { Audience(of: role) }

    /// The portal that asks, which sees and acts on its own requests alone; nil for everybody else.
    var portal: String? { role == .portal ? principal?.subject : nil }

    /// The reasons that the policy in force lists for officers.
    var officersReasons: Set<String> { Set((engine.activePolicy?.rejectionReasons ?? []).map(\.id.rawValue)) }

    var words: Words {
        Words(language: language, messages: backend.messages, policy: engine.activePolicy)
    }

    /// Carries a command out for the caller, under its idempotency key and its If-Match.
    func perform(_ command: Command, as role: Role? = nil, keySuffix: String = "") async throws -> Receipt {
        let context = try context(as: role, keySuffix: keySuffix)
        do {
            return try await engine.perform(command, as: context)
        } catch let error as SharingError where error.code == .versionConflict && context.revisions != .any {
            throw ProblemDetails(.preconditionFailed)
        } catch let error as SharingError where error.code == .idempotencyKeyReused {
            // The caller knows its key, not the name that the log has for it.
            throw SharingError.idempotencyKeyReused(parameters.idempotencyKey ?? "")
        }
    }

    /// The caller as one who commands.
    func context(as chosen: Role? = nil, keySuffix: String = "") throws -> CommandContext {
        guard let principal, let role = chosen ?? role else { throw ProblemDetails(.tokenMissing) }
        return CommandContext(
            actor: principal.actor(as: role),
            idempotencyKey: parameters.idempotencyKey.map { principal.scoped($0) + keySuffix },
            correlation: requestID, traceParent: traceParent, revisions: parameters.revisions)
    }

    /// Who acts, for what is no command to the ledger.
    func actor() throws(ProblemDetails) -> Actor {
        guard let principal, let role else { throw ProblemDetails(.tokenMissing) }
        return Actor(id: principal.subject, role: role)
    }

    /// The caller's idempotency key, which is its own: two clients may use the same one.
    var scopedKey: String? {
        guard let principal else { return nil }
        return parameters.idempotencyKey.map { principal.scoped($0) }
    }
}
