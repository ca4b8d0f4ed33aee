import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// Prints what a command came to.
struct ReceiptReport {
    let receipt: Receipt
    let settings: Settings

    /// A command about users, devices and policies. `done` says what is so now: `device D is lost`.
    func print(_ done: String) throws {
        if settings.json { return Output.line(try receipt.json()) }
        Output.line("\(done) (\(receipt.place))")
    }

    /// A command about a request: where it stands, and, where the command was decided by policy, what every rule said.
    func printRequest(in engine: SharingEngine, withDecision: Bool) async throws {
        if settings.json { return Output.line(try receipt.json()) }
        guard let request = receipt.request else { return }
        var words = try Words(settings.language, policy: engine.activePolicy)
        Output.line(
            "\(Terminal.styled(words.name(request.state).uppercased(), .bold))  \(request.id)  (\(receipt.place))")
        Output.line("  " + words.asks(request.requester, for: request.device, of: request.owner))
        guard withDecision, let decision = try request.decision?.decision() else { return }
        let policy = try await engine.log.policyArchive().policy(decision.policy)
        if let policy { words = try Words(settings.language, policy: policy) }
        Output.lines(DecisionText(decision: decision, policy: policy, teller: words.teller()).lines(indent: "  "))
        if let pending = request.pending {
            Output.lines(
                words.waits(until: pending.expiresAt, endorsedBy: pending.endorsedBy).wrapped(to: Terminal.width, indent: "  "))
        } else if case .rejected(let rejection, _) = request.status {
            if let error = rejection.error {
                Output.lines(words.adviceBehind(StatedReason(error)).wrapped(to: Terminal.width, indent: "  "))
            } else if let first = decision.reasons.first {
                let advice = first.consequence == .review ? words.adviceWhenDecided : words.adviceBehind(StatedReason(first))
                Output.lines(advice.wrapped(to: Terminal.width, indent: "  "))
            }
        }
    }
}
