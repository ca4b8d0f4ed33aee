import Foundation
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine

/// What a verifier says of an evidence file. Both say the same of every file, but for what decisions say, which needs the policy's
/// language and is looked at by ours alone.
enum Verdict: String, Hashable {
    case refused
    case whole
    case gaps

    init(of file: [UInt8], trusting keys: [VerifierKey], origin: String?) {
        do {
            var verifier = EvidenceVerifier(trusting: keys, origin: origin)
            for line in try EvidenceText.lines(of: file) { try verifier.add(line) }
            self = try verifier.end().gapCount == 0 ? .whole : .gaps
        } catch {
            self = .refused
        }
    }
}

/// `docs/verify-evidence.py`, run as a stranger would, on many files in one process.
struct PythonVerifier {
    static let script: URL = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/verify-evidence.py")

    struct Request: Encodable {
        let file: [UInt8]
        let keys: [String]
        var origin: String?

        init(file: [UInt8], keys: [String], origin: String? = nil) {
            self.file = file
            self.keys = keys
            self.origin = origin
        }

        private enum Key: String, CodingKey { case file, keys, origin }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(Data(file), forKey: .file)
            try members.encode(keys, forKey: .keys)
            try members.encodeIfPresent(origin, forKey: .origin)
        }
    }

    /// Answers a line for each line of a file: a verdict, or `key` where a key's text is none.
    private static let driver = """
        import base64, importlib.util, io, json, sys
        spec = importlib.util.spec_from_file_location("verifier", sys.argv[1])
        v = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(v)
        for line in open(sys.argv[2]):
            request = json.loads(line)
            try:
                keys = v.read_keys(request["keys"])
            except Exception:
                print("key")
                continue
            try:
                report = v.verify_lines(io.BytesIO(base64.b64decode(request["file"])), keys, request.get("origin"))
                print("gaps" if report.gaps else "whole")
            except Exception:
                print("refused")

        """

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("devshare-evidence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.driver.utf8).write(to: folder.appendingPathComponent("driver.py"))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// What it says of each; nil where a key is none.
    func verdicts(on requests: [Request]) async throws -> [Verdict?] {
        guard !requests.isEmpty else { return [] }
        let (input, output) = (folder.appendingPathComponent("requests"), folder.appendingPathComponent("answers"))
        let encoder = JSONEncoder()
        var lines = Data()
        for request in requests { lines += try encoder.encode(request) + Data([0x0A]) }
        try lines.write(to: input)
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", folder.appendingPathComponent("driver.py").path, Self.script.path, input.path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        let status = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        try #require(status == 0, "python3 must be installed to run docs/verify-evidence.py")
        let answers = try String(contentsOf: output, encoding: .utf8).split(separator: "\n")
        try #require(answers.count == requests.count)
        return answers.map { Verdict(rawValue: String($0)) }
    }
}
