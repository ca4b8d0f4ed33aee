import ArgumentParser
import SharingEngine
import SharingLog

/// Which part of a list of users or devices is shown.
struct DirectoryPageOptions: ParsableArguments {
    @Option(
        help:
            "Only what has changed behind this point of the log, which an earlier list gave: 4711-1f3a9c04; 0 for all that ever did."
    )
    var updatedSince: LogPoint?

    @Option(help: "Where the page begins, as the page before said.")
    var after: String?

    @Option(help: "Lines of a page, 1 to 1000.")
    var limit = 100

    func validate() throws {
        guard (1...SharingEngine.maximumDirectoryPage).contains(limit) else {
            throw ValidationError("--limit must be 1 to \(SharingEngine.maximumDirectoryPage).")
        }
        if let after {
            guard let cursor = DirectoryCursor(after), cursor.isOfChanges == (updatedSince != nil) else {
                throw ValidationError("--after must be what the page before said, beside the same --updated-since.")
            }
        }
    }

    /// Where the list begins. Throws `sync-point-unknown`.
    func cursor(on engine: SharingEngine) async throws -> DirectoryCursor {
        let cursor = after.flatMap { DirectoryCursor($0) } ?? updatedSince.map { .changes(since: $0) } ?? .beginning
        let point: LogPoint
        switch cursor {
        case .beginning: return cursor
        case .behind(_, let asOf): point = asOf
        case .changes(let since): point = since
        }
        guard try await engine.holds(point) else {
            throw DevshareError(
                .syncPointUnknown, "the log does not hold \(point): it is another log, or one that was restored from before",
                advice: "Take the whole list, without --updated-since.")
        }
        return cursor
    }

    /// Tells where to go on, and from where to ask for changes later.
    func sayMore(next: String?, asOf: String) {
        if let next { return Terminal.print(error: "there is more: --after \(next)") }
        Terminal.print(error: "as of \(asOf): what changes later is listed by --updated-since \(asOf)")
    }
}

extension DirectoryCursor {
    fileprivate var isOfChanges: Bool {
        switch self {
        case .beginning, .behind: false
        case .changes: true
        }
    }
}

extension LogPoint: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
