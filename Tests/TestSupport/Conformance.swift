import Foundation

/// Published test data beside the project, in `../shared/conformance`; absent in a clone without it.
package enum Conformance {
    /// The folder of one suite; nil where it is not there.
    package static func folder(_ name: String, file: String = #filePath) -> URL? {
        var root = URL(fileURLWithPath: file)
        while root.path != "/" {
            root.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift").path) { break }
        }
        let folder = root.deletingLastPathComponent().appendingPathComponent("shared/conformance/\(name)", isDirectory: true)
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }

    package static let absence = "the conformance data is not beside this clone (../shared/conformance)"
}
