import Foundation

/// The files of `Schema/` and `Policies/`, and the texts of `Sources/Phrases/Texts/`, which travel with the program.
package enum BundledFiles {
    /// Paths below a folder and texts of its files, sorted by path, those of its subfolders included. Throws `files-missing`
    /// where there is no such folder.
    package static func texts(in folder: Folder, suffix: String = "") throws -> [(name: String, text: String)] {
        let directory = try directory(folder)
        return try paths(below: directory)
            .filter { $0.hasSuffix(suffix) }
            .sorted()
            .map { ($0, try String(contentsOf: directory.appendingPathComponent($0), encoding: .utf8)) }
    }

    /// The text of one file. Throws `files-missing`, or the file system's error where the folder lacks the file.
    package static func text(_ name: String, in folder: Folder) throws -> String {
        try String(contentsOf: try directory(folder).appendingPathComponent(name), encoding: .utf8)
    }

    private static func paths(below directory: URL, _ prefix: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            at: directory, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles
        ).flatMap { file in
            let path = prefix + file.lastPathComponent
            let isDirectory = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false
            return isDirectory ? try paths(below: file, path + "/") : [path]
        }
    }

    private static func directory(_ folder: Folder) throws(MissingFiles) -> URL {
        try folder.home.url().appendingPathComponent(folder.rawValue, isDirectory: true)
    }

    package enum Folder: String, Sendable {
        case schema = "Schema"
        case policies = "Policies"
        /// What is said to people, in every language.
        case texts = "Texts"

        fileprivate var home: ResourceFolder {
            switch self {
            case .schema, .policies: .bundledFiles
            case .texts: .phrases
            }
        }
    }
}
