/// The files of `Schema/`, sorted out: what is applied once, what is applied again, and in which order.
package struct SchemaFiles: Sendable {
    /// Run before everything else, each time.
    package let bootstrap: Migration
    /// Numbered 1, 2, 3 …, applied once.
    package let migrations: [Migration]
    /// In the order of the file `order`, applied again when they change.
    package let definitions: [Definition]
    package let adoption: Adoption?
    package let compatibility: SchemaCompatibility

    /// The schema number: that of the newest numbered file.
    package var number: Int32 { Int32(migrations.count) }

    private static let adoptionFolder = "adoption/"

    /// Takes paths below `Schema/` and texts. Throws `migration-misnumbered` unless numbered files have the numbers 0, 1, 2,
    /// 3 …, every other SQL file is named in `order` once, and `compatibility` can be read.
    package init(files: [(name: String, text: String)]) throws(EventLogError) {
        var texts: [String: String] = [:]
        for file in files {
            guard texts.updateValue(file.text, forKey: file.name) == nil else {
                throw EventLogError(.migrationMisnumbered, "there are two files \(file.name)")
            }
        }
        definitions = try Self.definitions(texts)
        let repeatable = Set(definitions.map(\.name))
        let numbered = try Self.numbered(
            files.filter {
                $0.name.hasSuffix(".sql") && !repeatable.contains($0.name) && !$0.name.hasPrefix(Self.adoptionFolder)
            })
        guard let first = numbered.first else {
            throw EventLogError(.migrationMisnumbered, "there are no migrations")
        }
        bootstrap = first
        migrations = Array(numbered.dropFirst())
        adoption = try Self.adoption(texts, migrations)
        compatibility = try SchemaCompatibility(text: texts["compatibility"] ?? "")
    }

    private static func definitions(_ texts: [String: String]) throws(EventLogError) -> [Definition] {
        var definitions: [Definition] = []
        for line in (texts["order"] ?? "").split(separator: "\n") where !line.hasPrefix("#") {
            let name = String(line)
            guard let sql = texts[name] else {
                throw EventLogError(.migrationMisnumbered, "order names \(name), which is not there")
            }
            guard !definitions.contains(where: { $0.name == name }) else {
                throw EventLogError(.migrationMisnumbered, "order names \(name) twice")
            }
            guard Migration(name: name, sql: sql) == nil else {
                throw EventLogError(.migrationMisnumbered, "order names \(name), which is numbered and applied once")
            }
            definitions.append(Definition(name: name, sql: sql))
        }
        return definitions
    }

    private static func numbered(_ files: [(name: String, text: String)]) throws(EventLogError) -> [Migration] {
        var all: [Migration] = []
        for file in files {
            guard let migration = Migration(name: file.name, sql: file.text) else {
                throw EventLogError(
                    .migrationMisnumbered,
                    "\(file.name) has no number and is not named in order: name it like 0001_what_it_does.sql, or add it there")
            }
            all.append(migration)
        }
        all.sort { $0.number < $1.number }
        for (expected, migration) in all.enumerated() where migration.number != Int32(expected) {
            throw EventLogError(
                .migrationMisnumbered, "\(migration.name) has number \(migration.number) where \(expected) is due")
        }
        return all
    }

    private static func adoption(_ texts: [String: String], _ migrations: [Migration]) throws(EventLogError) -> Adoption? {
        let scripts = texts.filter { $0.key.hasPrefix(adoptionFolder) && $0.key.hasSuffix(".sql") }
        guard let script = scripts.first else { return nil }
        let name = String(script.key.dropFirst(adoptionFolder.count).dropLast(".sql".count))
        guard scripts.count == 1,
            let adoption = Adoption(
                name: name, sql: script.value, oldFiles: texts["\(adoptionFolder)\(name).sha256"] ?? "",
                baseline: texts["\(adoptionFolder)baseline.sha256"] ?? "")
        else {
            throw EventLogError(
                .migrationMisnumbered, "adoption/ must have one script, the digests of the schema it adopts, and baseline.sha256")
        }
        let baseline = migrations.prefix(adoption.baseline.count).map { Adoption.File(name: $0.name, digest: $0.digest) }
        guard baseline == adoption.baseline else {
            throw EventLogError(
                .migrationMisnumbered,
                "a file of adoption/baseline.sha256 has changed: restore it and add a new numbered file")
        }
        return adoption
    }
}
