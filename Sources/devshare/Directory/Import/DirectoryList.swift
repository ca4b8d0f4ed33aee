import DeviceSharing
import SharingEngine

/// A complete list of a part of the directory, read for the names that are on it.
struct DirectoryList: Sendable {
    let text: ImportText
    let format: DirectoryImport.Format
    let scope: DirectoryScope

    /// What is on a list.
    struct Content: Sendable {
        var roll = DirectoryRoll()
        /// Rows that cannot be read, or are of another part.
        var refused = 0
        /// The first of what was wrong with them.
        var problems: [RowProblem] = []
    }

    func read() async throws -> Content {
        var reader = format.reader()
        var content = Content()
        try await text.forEach { bytes, _ in take(reader.read(bytes), &content) }
        take(reader.finish(), &content)
        return content
    }

    private func take(_ rows: [RawRow], _ content: inout Content) {
        for row in rows {
            do throws(RowProblem) {
                let subject = try DirectoryRow(row.fields.get(), line: row.line).subject
                guard scope.contains(subject) else {
                    throw RowProblem(line: row.line, message: "the row is not of the part that the list is of")
                }
                content.roll.note(subject)
            } catch {
                content.refused += 1
                if content.problems.count < ImportLimits.problems { content.problems.append(error) }
            }
        }
    }
}
