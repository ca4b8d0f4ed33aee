import SharingLog

/// Where a page of the directory begins.
///
/// A whole list is sorted by name. Somebody who reads it page by page misses what changes on pages that were read before; so each
/// page says up to which point of the log *all* pages are at least, and from there on the changes are asked for:
///
/// ```swift
/// var page = try await engine.directory(UserRecord.self)
/// while let next = page.next { page = try await engine.directory(UserRecord.self, from: next) }
/// let later = try await engine.directory(UserRecord.self, from: .changes(since: page.asOf))
/// ```
///
/// Nothing is missed so: positions of a log have no gaps and are in the order of commits, and a record is changed in the commit
/// that holds its event. Times would not do: an event of an earlier time may be committed later.
public enum DirectoryCursor: Hashable, Sendable, CustomStringConvertible {
    /// The whole list.
    case beginning
    /// The whole list, behind a name; `asOf` is the point at which its first page was read.
    case behind(name: String, asOf: LogPoint)
    /// Only records that have changed behind a point, in the order of their changes.
    case changes(since: LogPoint)

    /// No name has it.
    private static let separator: Character = "~"
    /// Characters of the text, at most.
    public static let maximumTextLength = LogPoint.maximumTextLength + 1 + 64

    /// Where the next page begins, as an earlier page said.
    public init?(_ text: String) {
        let parts = text.split(separator: Self.separator, maxSplits: 1, omittingEmptySubsequences: false)
        guard let point = parts.first.flatMap({ LogPoint(String($0)) }) else { return nil }
        self = parts.count == 2 ? .behind(name: String(parts[1]), asOf: point) : .changes(since: point)
    }

    public var description: String {
        switch self {
        case .beginning: ""
        case .behind(let name, let point): "\(point)\(Self.separator)\(name)"
        case .changes(let point): "\(point)"
        }
    }
}

/// A page of the directory.
public struct DirectoryPage<Record: DirectoryRecord>: Sendable {
    public let records: [Record]
    /// Where the next page begins; nil on the last one. A page may be empty and yet not the last.
    public let next: DirectoryCursor?
    /// Changes behind this point may not be in the list; all up to it are, once its last page was read.
    public let asOf: LogPoint
}
