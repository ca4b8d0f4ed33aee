@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

/// Evidence files in memory.
enum EvidenceText {
    private final class Lines {
        var bytes: [UInt8] = []
    }

    static func export(_ engine: SharingEngine, _ selection: EvidenceSelection) async throws -> [UInt8] {
        let lines = Lines()
        _ = try await EvidenceExport(engine.log, selection).run { lines.bytes += $0 }
        return lines.bytes
    }

    /// Without their newlines. Throws for a file whose last line does not end.
    static func lines(of file: [UInt8]) throws -> [[UInt8]] {
        var lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        guard lines.popLast() == [] else { throw EvidenceError(.malformed, "the last line does not end") }
        return lines
    }
}
