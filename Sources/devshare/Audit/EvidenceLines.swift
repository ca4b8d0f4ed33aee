import SharingAudit
import SharingEngine
import Transparency

/// Reads an evidence file, with progress.
enum EvidenceLines {
    /// Calls `body` with each line, without its newline. Throws `file-unreadable` where the file is none of lines, or is cut off.
    static func forEach(of file: String, _ body: (_ line: [UInt8]) async throws -> Void) async throws {
        let chunks = try FileChunks(file)
        var lines = LineSplitter(limit: EvidenceVerifier.maximumLineLength)
        try await chunks.forEach { bytes, offset in
            for line in try lines.split(bytes) { try await body(line) }
            Terminal.progress("  \(offset) of \(chunks.size) bytes")
        }
        try lines.end()
        Terminal.endProgress()
    }

    /// The file as an archive, verified.
    static func archive(_ file: String, trusting keys: [VerifierKey], origin: String?) async throws -> ArchiveFile {
        var reader = ArchiveReader(trusting: keys, origin: origin)
        try await forEach(of: file) { try reader.add($0) }
        return try reader.end()
    }
}

/// Cuts what is read in pieces into lines. The last one must end with a newline too.
private struct LineSplitter {
    private let limit: Int
    private var rest: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// The lines that have become complete, without their newlines. Throws `file-unreadable` for one that is too long.
    mutating func split(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var pieces = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        while pieces.count > 1, let piece = pieces.popFirst() {
            lines.append(rest + piece)
            rest = []
        }
        rest += pieces.first ?? []
        guard rest.count <= limit else { throw DevshareError(.fileUnreadable, "a line has more than \(limit) bytes") }
        return lines
    }

    func end() throws {
        guard rest.isEmpty else {
            throw DevshareError(.fileUnreadable, "the last line does not end: the file is cut off")
        }
    }
}
