import ArgumentParser
import Foundation
import SharingAudit
import SharingEngine
import SharingLog

/// The most memory that a piece of work takes, measured in a process of its own: in this one everything else would count too.
enum MemoryProbe {
    enum Work: String, CaseIterable, ExpressibleByArgument {
        case verify
        case export
    }

    /// MiB.
    static func peak(of work: Work, connectionString: String) async throws -> Double {
        let output = try await Tool.run(
            "/proc/self/exe".resolved, ["--probe", work.rawValue, "--probe-database", connectionString])
        guard let kilobytes = output.split(separator: "\n").last.flatMap({ Double($0) }) else {
            throw BenchmarkError("the probe printed no figure:\n\(output)")
        }
        return kilobytes / 1_024
    }

    /// Does the work and prints this process's peak in KiB.
    static func run(_ work: Work, connectionString: String) async throws {
        let configuration = EngineConfiguration(connectionString: connectionString)
        switch work {
        case .verify:
            _ = try await LogVerification(configuration.settings).run()
        case .export:
            try await SharingEngine.withEngine(configuration) { engine in
                guard let size = try await engine.log.latestCheckpoint()?.size else {
                    throw BenchmarkError("nothing is sealed")
                }
                let selection = EvidenceSelection(positions: 1...Int64(size))
                _ = try await EvidenceExport(engine.log, selection).run { _ in }
            }
        }
        // Not getrusage: its maximum counts what the process was before it became this program.
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        let kilobytes = Int(line.filter(\.isNumber)) ?? 0
        print("\(kilobytes)")
    }
}

extension String {
    /// Where a symbolic link leads.
    fileprivate var resolved: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: self)) ?? CommandLine.arguments[0]
    }
}
