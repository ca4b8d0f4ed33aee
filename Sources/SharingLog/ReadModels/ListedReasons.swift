import EligibilityPolicy

/// The reasons of a request in the form of the column `reasons` of `devshare.share_request`.
///
/// The column lists what officers know, and, behind it and each with a prefix, what portals are told. The prefix is there only
/// where a policy says what clients are told, so that rows of before are as they were. An officer's reason is words joined by hyphens;
/// a policy's reason has a full stop and what is told to portals a colon, so that none is taken for another.
package struct ListedReasons: Hashable, Sendable {
    /// An officer's reason, then codes, the primary one first.
    package let known: [String]
    /// What portals are told, the primary reason first; nil where that follows from ``known``.
    package let forPortals: [String]?

    private static let prefix = "portal:"

    package init(known: [String], forPortals: [String]?) {
        self.known = known
        self.forPortals = forPortals
    }

    package init(column: [String]) {
        known = column.filter { !$0.hasPrefix(Self.prefix) }
        let told = column.filter { $0.hasPrefix(Self.prefix) }.map { String($0.dropFirst(Self.prefix.count)) }
        forPortals = told.isEmpty ? nil : told
    }

    package var column: [String] { known + (forPortals ?? []).map(Self.told) }

    /// An element of the column: that portals are told this reason.
    package static func told(_ reason: String) -> String { prefix + reason }

    /// A condition on a row: that a policy says what portals are told of it.
    package static let saysWhatPortalsAreTold = "EXISTS (SELECT FROM unnest(reasons) told WHERE told LIKE '\(prefix)%')"

    /// A condition on a row: that portals are told an officer's own word, which is none of these codes.
    ///
    /// - Parameter codes: the program's own, as an SQL expression of an array of texts.
    package static func tellsOfficersReason(besides codes: String) -> String {
        """
        EXISTS (SELECT FROM unnest(reasons) told
                 WHERE told LIKE '\(prefix)%' AND substr(told, \(prefix.count + 1)) <> ALL (\(codes))
                   AND told NOT LIKE '\(prefix)\(PolicyReasonID.prefix)%')
        """
    }

    /// A condition on a row: that it has an officer's reason that is none of these codes.
    ///
    /// - Parameter codes: the program's own, as an SQL expression of an array of texts.
    package static func hasOfficersReason(besides codes: String) -> String {
        """
        EXISTS (SELECT FROM unnest(reasons) listed
                 WHERE listed <> ALL (\(codes)) AND listed NOT LIKE '\(prefix)%' AND listed NOT LIKE '\(PolicyReasonID.prefix)%')
        """
    }
}
