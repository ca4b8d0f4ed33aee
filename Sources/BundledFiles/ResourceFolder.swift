import Foundation

/// A folder of files that travels with the program and stands beside it.
package enum ResourceFolder: String, Sendable {
    case bundledFiles = "device-sharing_BundledFiles"
    case phrases = "device-sharing_Phrases"
    case sharingConsole = "device-sharing_SharingConsole"

    #if canImport(Darwin)
        private static let ending = ".bundle"
    #else
        private static let ending = ".resources"
    #endif

    /// Where it is. Throws `files-missing`; `Bundle.module` would end the program instead.
    package func url() throws(MissingFiles) -> URL {
        let folder = Bundle.main.bundleURL.appendingPathComponent(rawValue + Self.ending, isDirectory: true)
        guard FileManager.default.fileExists(atPath: folder.path) else { throw MissingFiles(folder: folder.path) }
        return folder
    }
}

/// A folder that should stand beside the program, and does not.
package struct MissingFiles: Error, Hashable, Sendable, CustomStringConvertible {
    package static let code = "files-missing"

    package let folder: String

    package var message: String { "the program cannot work without \(folder), which is not there" }
    package var description: String { "\(Self.code): \(message)" }
}
