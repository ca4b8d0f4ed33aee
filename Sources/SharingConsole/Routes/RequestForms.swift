import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// What officers do with one request: forms that lead back to its page, which says what came of it.
enum RequestForms {
    static let all = [approve, reject, note, claim, release]

    private static let path = "/console/requests/{request}"
    private static let officers: [Role] = [.compliance]

    private static let approve = ConsoleRoute.form(path + "/approve", for: officers) { call in
        let id = try call.shareRequest()
        return try await attempt(call, id) {
            let receipt = try await call.perform(.approve(id, note: call.form.text("note")))
            return try back(call, id, outcome(call, receipt.request), isDone: true)
        }
    }

    private static let reject = ConsoleRoute.form(path + "/reject", for: officers) { call in
        let id = try call.shareRequest()
        return try await attempt(call, id) {
            _ = try await call.perform(.reject(id, reason: call.form.text("reason"), note: call.form.text("note")))
            return try back(call, id, Notice(kind: .done, text: call.say("casework.rejected")), isDone: true)
        }
    }

    private static let note = ConsoleRoute.form(path + "/note", for: officers) { call in
        let id = try call.shareRequest()
        return try await attempt(call, id) {
            _ = try await call.perform(.note(id, text: call.form.text("text") ?? ""))
            return try back(call, id, Notice(kind: .done, text: call.say("casework.noted")))
        }
    }

    private static let claim = ConsoleRoute.form(path + "/claim", for: officers) { call in
        let id = try call.shareRequest()
        return try await attempt(call, id) {
            _ = try await call.perform(.claim(id))
            return try back(call, id, Notice(kind: .done, text: call.say("casework.claimed")))
        }
    }

    private static let release = ConsoleRoute.form(path + "/release", for: officers) { call in
        let id = try call.shareRequest()
        return try await attempt(call, id) {
            _ = try await call.perform(.release(id))
            return try back(call, id, Notice(kind: .done, text: call.say("casework.released")))
        }
    }

    private static func attempt(
        _ call: ConsoleCall, _ id: ShareRequestID, _ body: () async throws -> ConsoleAnswer
    ) async throws -> ConsoleAnswer {
        try await call.attempt(returningTo: RequestPages.address(of: id), body)
    }

    /// - Parameter isDone: whether there is nothing left to do with it, so that the way to the next request is at hand.
    private static func back(
        _ call: ConsoleCall, _ id: ShareRequestID, _ notice: Notice, isDone: Bool = false
    ) throws -> ConsoleAnswer {
        try call.back(to: RequestPages.address(of: id) + (isDone ? "#next" : ""), notice)
    }

    /// What an approval came to: the policy has decided once more.
    private static func outcome(_ call: ConsoleCall, _ request: ShareRequest?) throws -> Notice {
        switch request?.status {
        case .rejected(let rejection, _)?:
            // The policy in force has just decided.
            let texts = try rejection.reasons().map { call.text(of: $0, under: nil) }
            return Notice(
                kind: .problem, text: ([call.say("casework.approval-rejected")] + texts.map(\.detail)).joined(separator: " "),
                advice: texts.first?.advice)
        case .compliancePending?: return Notice(kind: .done, text: call.say("casework.endorsed"))
        default: return Notice(kind: .done, text: call.say("casework.approved"))
        }
    }
}
