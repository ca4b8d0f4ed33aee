import Canonical

/// What can happen to a run of the log that an evidence file holds.
public enum ArchiveEvent: Hashable, Sendable {
    /// From now on the log may lack the data of finished requests in this run: the file has them.
    case detached(Archive.Run)
    /// The log has all data of the run again.
    case attached
}

extension ArchiveEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .detached(let run):
            writer.member("firstPosition", run.positions.lowerBound)
            writer.member("headers", run.headers.map(\.description))
            writer.member("lastPosition", run.positions.upperBound)
        case .attached: break
        }
    }

    init(_ type: EventType, _ members: inout EventMembers) throws {
        guard type == .eventsDetached else {
            self = .attached
            return
        }
        let (first, last) = (try members.integer("firstPosition"), try members.integer("lastPosition"))
        guard 1 <= first, first <= last else {
            throw EventDecodingError(.malformedData, "positions \(first) to \(last) are no run")
        }
        let headers = try members.strings("headers").map { text in
            guard let header = Digest(hex: text) else {
                throw EventDecodingError(.malformedData, "headers are no SHA-256 digests")
            }
            return header
        }
        guard Int64(headers.count) == Archive.stretch(of: last) - Archive.stretch(of: first) + 1 else {
            throw EventDecodingError(.malformedData, "there must be a header for each stretch of the run")
        }
        self = .detached(Archive.Run(positions: first...last, headers: headers))
    }
}
