import Foundation

/// The templates and assets that travel with the program.
enum ConsoleFiles {
    /// Names without their endings, and texts.
    static func templates() throws -> [(name: String, text: String)] {
        try files(in: "Templates", suffix: ".mustache").map {
            (String($0.name.dropLast(".mustache".count)), String(decoding: $0.bytes, as: UTF8.self))
        }
    }

    static func assets() throws -> [(name: String, bytes: [UInt8])] { try files(in: "Assets", suffix: "") }

    private static func files(in folder: String, suffix: String) throws -> [(name: String, bytes: [UInt8])] {
        let directory = Bundle.module.bundleURL.appendingPathComponent(folder, isDirectory: true)
        return try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }
            .sorted()
            .map { ($0, Array(try Data(contentsOf: directory.appendingPathComponent($0)))) }
    }
}

/// What is wrong with a file of the console.
struct ConsoleFileError: Error, Hashable, CustomStringConvertible {
    let file: String
    let line: Int
    let problem: String

    var description: String { "\(file):\(line): \(problem)" }
}
