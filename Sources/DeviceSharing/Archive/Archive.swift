import Canonical

/// A run of the log in an evidence file, which the data of finished requests have left the log for.
public struct Archive: Hashable, Sendable {
    public let positions: ClosedRange<Int64>
    /// Whether the log may lack data of the run.
    public internal(set) var isDetached: Bool

    /// Whether the log may lack the data of a position on its account.
    public func covers(_ position: Int64) -> Bool { isDetached && positions.contains(position) }
}

extension Archive {
    public static func evolve(_ state: Archive?, _ event: ArchiveEvent) -> Archive? {
        switch event {
        case .detached(let positions): return Archive(positions: positions, isDetached: true)
        case .attached:
            var archive = state
            archive?.isDetached = false
            return archive
        }
    }
}

/// Decides on archives. That a file is what it says is for whoever sends the command to verify.
public enum ArchiveDecider {
    /// Nothing where the file's run is detached already: the file is named by its digest, so it is the same run.
    public static func detach(_ file: Digest, _ positions: ClosedRange<Int64>, _ state: Archive?) -> [NewEvent] {
        state?.isDetached == true ? [] : [NewEvent(.archive(file), .archive(.detached(positions: positions)))]
    }

    /// Nothing where the log lacks nothing on account of the file.
    public static func attach(_ file: Digest, _ state: Archive?) -> [NewEvent] {
        state?.isDetached == true ? [NewEvent(.archive(file), .archive(.attached))] : []
    }
}
