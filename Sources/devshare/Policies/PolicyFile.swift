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
            throw DevshareError(
                .fileUnreadable, "\(path) cannot be read", advice: "It must be a file that you may read, in UTF-8.")
        }
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
