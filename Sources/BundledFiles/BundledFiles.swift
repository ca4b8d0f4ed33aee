import Foundation

/// The files of `Schema/` and `Policies/`, which travel with the program.
package enum BundledFiles {
    /// Names and texts of the files in a folder, sorted by name.
    package static func texts(in folder: Folder, suffix: String) throws -> [(name: String, text: String)] {
        let directory = Bundle.module.bundleURL.appendingPathComponent(folder.rawValue, isDirectory: true)
        return try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasSuffix(suffix) }
            .sorted()
            .map { ($0, try String(contentsOf: directory.appendingPathComponent($0), encoding: .utf8)) }
    }

    /// The text of one file. Throws the file system's error where there is none.
    package static func text(_ name: String, in folder: Folder) throws -> String {
        let file = Bundle.module.bundleURL.appendingPathComponent(folder.rawValue).appendingPathComponent(name)
        return try String(contentsOf: file, encoding: .utf8)
    }

    package enum Folder: String, Sendable {
        case schema = "Schema"
        case policies = "Policies"
    }
}
