import ArgumentParser
import Foundation

/// The file that a directory is read from.
struct DirectoryFileOptions: ParsableArguments {
    @Argument(help: "The file.")
    var file: String

    @Option(help: "jsonl or csv. (default: by the file's extension)")
    var format: DirectoryImport.Format?

    func validate() throws { _ = try chosenFormat() }

    /// The format that was named, or the one of the file's extension. Throws `ValidationError` where neither says one.
    func chosenFormat() throws -> DirectoryImport.Format {
        if let format { return format }
        switch URL(fileURLWithPath: file).pathExtension.lowercased() {
        case "jsonl", "ndjson", "json": return .jsonl
        case "csv": return .csv
        default: throw ValidationError("\(file) is neither .jsonl nor .csv: say which with --format.")
        }
    }
}

extension DirectoryImport.Format: ExpressibleByArgument {}
