import Canonical

/// How a database of the schema before the present numbered files becomes one of these: the files of `Schema/adoption/`.
package struct Adoption: Hashable, Sendable {
    /// A numbered file by its name and SHA-256.
    package struct File: Hashable, Sendable {
        package let name: String
        package let digest: Digest
    }

    /// What the records of a database say about the old schema.
    enum Finding {
        /// They are not of the old schema.
        case other
        /// They are exactly the old schema's.
        case whole
        /// They are of the old schema, and incomplete, too many or changed: a sentence that says so.
        case unusable(String)
    }

    /// `schema-17`.
    package let name: String
    /// The old schema's numbered files in order, from 1 on.
    package let oldFiles: [File]
    /// The numbered files that the script takes the place of, in order, from 1 on. Later ones are applied after it.
    package let baseline: [File]
    package let sql: String

    /// Takes the script, and lists of digests as `sha256sum` writes them. Nil where a line is malformed, or a list is empty.
    init?(name: String, sql: String, oldFiles: String, baseline: String) {
        guard let oldFiles = Self.files(oldFiles), let baseline = Self.files(baseline) else { return nil }
        self.name = name
        self.oldFiles = oldFiles
        self.baseline = baseline
        self.sql = sql
    }

    private static func files(_ list: String) -> [File]? {
        var files: [File] = []
        for line in list.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let digest = Digest(hex: fields[0]) else { return nil }
            files.append(File(name: String(fields[1]), digest: digest))
        }
        return files.isEmpty ? nil : files
    }

    /// Compares the records of a database, by number, with the old files.
    func finding(_ records: [Int32: MigrationRecord]) -> Finding {
        guard let first = records[1], first.name == oldFiles[0].name else { return .other }
        for (index, file) in oldFiles.enumerated() {
            guard let record = records[Int32(index + 1)] else {
                return .unusable(
                    "the database lacks \(file.name) of \(name): apply it with the last program of that schema, then migrate")
            }
            guard record.name == file.name, record.digest == file.digest.bytes else {
                return .unusable("\(record.name) of the database is not \(file.name) of \(name), so it cannot be adopted")
            }
        }
        guard records.count == oldFiles.count else {
            return .unusable("the database has \(records.count) migrations, \(name) has \(oldFiles.count): it cannot be adopted")
        }
        return .whole
    }
}

/// A row of `devshare.migration`.
struct MigrationRecord: Hashable, Sendable {
    let name: String
    let digest: [UInt8]
}
