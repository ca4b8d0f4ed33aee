import Canonical

/// A numbered file of `Schema/`: SQL that is applied once, such as `tables/0001_ledger.sql`.
package struct Migration: Hashable, Sendable {
    /// 1, 2, 3 …; 0 is the bootstrap, which is run each time.
    package let number: Int32
    /// The file's path below `Schema/`: `tables/0001_ledger.sql`.
    package let name: String
    package let sql: String
    package let digest: Digest

    /// Nil unless the file's own name begins with four digits and an underscore.
    package init?(name: String, sql: String) {
        let fileName = name.split(separator: "/").last ?? ""
        let parts = fileName.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int32(parts[0])
        else { return nil }
        self.number = number
        self.name = name
        self.sql = sql
        digest = Digest(sha256: Array(sql.utf8))
    }
}
