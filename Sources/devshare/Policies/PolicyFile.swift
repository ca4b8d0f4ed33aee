import EligibilityPolicy
import Foundation

/// A file that a policy author works on.
struct PolicyFile {
    /// Where policies stand in a project.
    static let usual = "Policies/device-sharing.yaml"

    let path: String
    let text: String

    /// Throws `file-unreadable`.
    init(_ path: String) throws {
        self.path = path
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Self.reason(path)
        }
    }

    /// Why a file could not be read, and what to do about it.
    private static func reason(_ path: String) -> DevshareError {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            let isOfCases = path.contains(".tests.")
            return DevshareError(
                .fileUnreadable, "there is no file \(path)",
                advice: isOfCases
                    ? "The cases of a policy stand beside it: copy Policies/device-sharing.tests.yaml to \(path), or name a file "
                        + "with --cases."
                    : "Check the path; it is looked for in the current folder.")
        }
        if isFolder.boolValue {
            return DevshareError(.fileUnreadable, "\(path) is a folder", advice: "Name a file in it.")
        }
        if let bytes = FileManager.default.contents(atPath: path) {
            do throws(TextFile.Problem) {
                _ = try TextFile.decode(Array(bytes))
            } catch {
                return DevshareError(.fileUnreadable, "\(path) \(error.message)", advice: error.advice)
            }
        }
        return DevshareError(.fileUnreadable, "\(path) cannot be read", advice: "It must be a file that you may read, in UTF-8.")
    }

    /// Throws `policy-invalid` with everything that is wrong.
    func policy() throws -> Policy { try Policy.load(text, file: path) }

    /// Where the cases of the policy stand: `NAME.tests.yaml` beside `NAME.yaml`.
    var pathOfCases: String {
        let url = URL(fileURLWithPath: path)
        let name = url.deletingPathExtension().lastPathComponent + ".tests." + url.pathExtension
        return (path as NSString).deletingLastPathComponent.isEmpty
            ? name : (path as NSString).deletingLastPathComponent + "/" + name
    }
}
