import Canonical

/// A run of the log in an evidence file, which the data of finished requests have left the log for.
public struct Archive: Hashable, Sendable {
    /// What an evidence file has of the log: a run of positions without a gap, and what binds the rows that stay.
    public struct Run: Hashable, Sendable {
        public let positions: ClosedRange<Int64>
        /// For each stretch of the run, SHA-256 over the leaf hashes that its events have without their data. A leaf hash
        /// cannot be computed where the data are gone; these say that everything else of the rows is what it was.
        public let headers: [Digest]

        public init(positions: ClosedRange<Int64>, headers: [Digest]) {
            self.positions = positions
            self.headers = headers
        }
    }

    public let run: Run
    /// Whether the log may lack data of the run.
    public internal(set) var isDetached: Bool

    /// Whether the log may lack the data of a position on its account.
    public func covers(_ position: Int64) -> Bool { isDetached && run.positions.contains(position) }
}

extension Archive {
    /// Positions of a stretch; stretches begin at 1, and at every so many behind it, wherever a run does.
    public static let stretchLength: Int64 = 65_536

    public static func stretch(of position: Int64) -> Int64 { (position - 1) / stretchLength }

    public static func evolve(_ state: Archive?, _ event: ArchiveEvent) -> Archive? {
        switch event {
        case .detached(let run): return Archive(run: run, isDetached: true)
        case .attached:
            var archive = state
            archive?.isDetached = false
            return archive
        }
    }
}

extension Archive.Run {
    /// What a stretch of the run must give; nil where the run has nothing of it.
    public func header(ofStretch stretch: Int64) -> Digest? {
        let place = stretch - Archive.stretch(of: positions.lowerBound)
        return headers.indices.contains(Int(clamping: place)) ? headers[Int(place)] : nil
    }
}

/// Decides on archives. That a file is what it says is for whoever sends the command to verify.
public enum ArchiveDecider {
    /// Nothing where the file's run is detached already. Should the log say something else of the file, the file counts.
    public static func detach(_ file: Digest, _ run: Archive.Run, _ state: Archive?) -> [NewEvent] {
        state?.isDetached == true && state?.run == run ? [] : [NewEvent(.archive(file), .archive(.detached(run)))]
    }

    /// Nothing where the log lacks nothing on account of the file.
    public static func attach(_ file: Digest, _ state: Archive?) -> [NewEvent] {
        state?.isDetached == true ? [NewEvent(.archive(file), .archive(.attached))] : []
    }
}
