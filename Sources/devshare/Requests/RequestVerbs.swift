import ArgumentParser

/// `devshare request …`.
struct RequestVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Share requests: put them, look at them, decide on them.",
        discussion: ExitStatus.help,
        subcommands: [
            SubmitRequest.self, ShowRequest.self, ListRequests.self, ClaimRequest.self, ReleaseRequest.self, NoteRequest.self,
            ApproveRequest.self, RejectRequest.self, WithdrawRequest.self,
        ])
}
