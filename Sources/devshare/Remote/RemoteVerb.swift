import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import EligibilityPolicy
import Foundation

/// A verb that works on the database, or asks a server with --server.
protocol RemoteVerb: Verb {
    var remote: RemoteOptions { get }

    func performHere(_ settings: Settings) async throws
    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws
}

extension RemoteVerb {
    func perform(_ settings: Settings) async throws {
        let reader = try await options.reader()
        guard let address = try remote.address(reader) else { return try await performHere(settings) }
        let client = try remote.client(of: address, reader, settings)
        do {
            try await perform(on: client, settings)
        } catch let error as ClientError where error.code == .unreachable {
            throw DevshareError(
                .unreachable, "no answer comes from \(address.withoutCredentials): \(error.cause)",
                advice: "Check that a server runs there, and --server or DEVSHARE_REMOTE_URL.")
        }
    }
}

extension ClientError {
    /// What kept the answer away: the system's word for it where it was the system, without what a library says around it.
    fileprivate var cause: String {
        let number = message.firstMatch(of: /errno: (\d+)/).flatMap { Int32($0.output.1) }
        return number.map { String(cString: strerror($0)) } ?? message
    }
}

/// Prints what a server answers.
struct RemoteReport {
    let settings: Settings

    /// A request and what stands against it.
    func print(_ request: ShareRequestAnswer) throws {
        if settings.json { return Output.line(request.json) }
        let words = try Words(settings.language)
        Output.line("\(Terminal.styled(words.name(request.state).uppercased(), .bold))  \(request.id)")
        Output.line("  " + words.asks(request.requester, for: request.device, of: request.owner))
        if let reason = request.officersReason { Output.line("  \(words.name(ShareRequest.State.rejected)): \(reason)") }
        for reason in request.reasons {
            Output.lines("\(reason.title): \(reason.code). \(reason.detail)".wrapped(to: Terminal.width, indent: "  "))
            if request.state == .rejected { Output.lines(reason.advice.wrapped(to: Terminal.width, indent: "  ")) }
        }
        if let expiresAt = request.expiresAt {
            Output.lines(
                words.waits(until: expiresAt, endorsedBy: request.endorsedBy).wrapped(to: Terminal.width, indent: "  "))
        }
    }

    /// Requests as a table.
    func print(_ requests: [ShareRequestAnswer], _ page: PageOptions) throws {
        if settings.json { return requests.forEach { Output.line($0.json) } }
        let words = try Words(settings.language)
        var table = Table("REQUEST", "STATE", "SUBMITTED (UTC)", "REQUESTER", "DEVICE", "OWNER", "WHY")
        for request in requests {
            let reasons = [request.officersReason].compactMap { $0 } + request.reasons.map(\.code)
            table.add(
                request.id.description, words.name(request.state), request.submittedAt.short,
                request.requester.rawValue,
                request.device.rawValue, request.owner.rawValue, reasons.joined(separator: ", "))
        }
        Output.lines(table.lines(otherwise: "no requests"))
        page.sayMore(behind: requests.last?.id, of: requests.count)
    }

    func print(_ sharings: [SharingAnswer], _ page: PageOptions) {
        if settings.json { return sharings.forEach { Output.line($0.json) } }
        var table = Table("REQUEST", "USER", "LOGS IN WITH", "OF", "SINCE (UTC)")
        for sharing in sharings {
            table.add(
                sharing.id.description, sharing.user.rawValue, sharing.device.rawValue, sharing.owner.rawValue,
                sharing.since?.short ?? "")
        }
        Output.lines(table.lines(otherwise: "no sharings"))
        page.sayMore(behind: sharings.last?.id, of: sharings.count)
    }

    func print(_ candidates: [CandidateAnswer]) throws {
        if settings.json { return candidates.forEach { Output.line($0.json) } }
        let words = try Words(settings.language)
        var table = Table("DEVICE", "KIND", "LEVEL", "OWNER", "WOULD BE", "WHY")
        for device in candidates {
            table.add(
                device.device.rawValue, device.kind.rawValue, "\(device.level)", device.owner.rawValue,
                words.name(device.outcome),
                device.reasons.map(\.code).joined(separator: ", "))
        }
        Output.lines(table.lines(otherwise: "no device of a related user is in force"))
    }
}
