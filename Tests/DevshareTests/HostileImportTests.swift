import DeviceSharing
import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What imports that nobody would send in good faith cost a server, as the system sees it.
@Suite(.fewAtOnce) struct HostileImportTests {
    /// More than twice what a server has at rest and what bodies may hold of it; a two hundredth of what was once taken.
    private static let maximumMemory = 700 << 20

    /// Bytes that the process has had resident at most.
    private static func peak(_ process: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.split(separator: " ").dropLast().last.map(String.init) ?? "")) * 1_024
    }

    private static func send(_ body: Data, to served: ServedProgram, _ token: String) async throws -> (status: Int, bytes: Int) {
        var request = URLRequest(url: try #require(URL(string: served.address + "/v1/directory/import")))
        request.httpMethod = "POST"
        request.timeoutInterval = 300
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        request.setValue("application/x-ndjson", forHTTPHeaderField: "Content-Type")
        let (data, response) = try await URLSession.shared.upload(for: request, from: body)
        return (try #require(response as? HTTPURLResponse).statusCode, data.count)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")), .timeLimit(.minutes(20)))
    func memoryAndAnswersStayWithinBounds() async throws {
        let (local, _) = try await Program.ready()
        let served = try await ServedProgram.start(on: local)
        defer { served.program.signal(SIGTERM) }
        let token = try await served.token(.portal)
        let process = served.program.identifier

        func repeated(_ text: String, _ count: Int) -> Data { Data(String(repeating: text, count: count).utf8) }
        let tooMany = try await Self.send(repeated("1\n", 8_388_600), to: served, token)
        #expect(tooMany.status == 413)
        for line in ["1\n", "{}\n"] {
            let answer = try await Self.send(repeated(line, 100_000), to: served, token)
            #expect(answer.status == 200)
            #expect(answer.bytes < 10 << 20, "\(answer.bytes) bytes for \(line)")
        }
        // Empty lines, one endless line, deep lines, and lines that are as long and as full as may be.
        let full = "[" + String(repeating: "[],", count: 21_000) + "1]\n"
        for body in [
            repeated("\n", 16_000_000), repeated("x", 16_000_000), repeated(String(repeating: "[", count: 60_000) + "\n", 250),
            repeated(full, 250),
        ] {
            let answer = try await Self.send(body, to: served, token)
            #expect(answer.status == 200)
            #expect(answer.bytes < 10 << 20)
        }
        // All at once: what is more than the caller's share is refused.
        let large = repeated("x", 16_000_000)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await Self.send(large, to: served, token).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(statuses).isSubset(of: [200, 429]), "\(statuses)")
        let peak = try Self.peak(process)
        #expect(peak < Self.maximumMemory, "\(peak >> 20) MiB")
        #expect(!served.program.hasEnded)
    }
}
