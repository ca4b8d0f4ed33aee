import ArgumentParser
import DeviceSharing
import SharingEngine

/// Which part of a list is shown.
struct PageOptions: ParsableArguments {
    @Option(help: "Only what is behind this request, by its UUID: the last of a page is where the next begins.")
    var after: ShareRequestID?

    @Option(help: "Lines of a page, 1 to 1000.")
    var limit = 100

    func validate() throws {
        guard (1...ShareRequestFilter.maximumLimit).contains(limit) else {
            throw ValidationError("--limit must be 1 to \(ShareRequestFilter.maximumLimit).")
        }
    }

    /// Tells where to go on when a page is full.
    func sayMore(behind last: ShareRequestID?, of count: Int) {
        if count == limit, let last { Terminal.print(error: "there may be more: --after \(last)") }
    }
}
