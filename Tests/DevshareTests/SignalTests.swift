import Foundation
import TestSupport
import Testing

/// Whatever ends the program, the server that it started ends with it.
@Suite(.fewAtOnce) struct SignalTests {
    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func aSignalEndsAVerbCleanlyAndItsServerWithIt(_ number: Int32, _ status: Int32) async throws {
        let folder = try temporaryFolder()
        let program = Program(directory: folder)
        #expect(try await program.run("migrate").status == 0)
        let running = try program.start(["events", "tail", "--follow"])
        try await eventually("the tail is printed") { running.output.contains("policy-activated") }
        let server = try #require(serverProcess(in: folder))
        #expect(kill(server, 0) == 0)
        running.signal(number)
        let end = try await running.end()
        #expect(end.status == status)
        #expect(end.error.isEmpty)
        try await eventually("its server has ended") { kill(server, 0) != 0 }
        // And the folder can be used again.
        #expect(try await program.run("events", "tail").status == 0)
    }

    @Test func aDemoThatIsInterruptedLeavesNothingBehind() async throws {
        let folder = try temporaryFolder()
        let running = try Program(directory: folder).start(["demo", "--keep", "kept"])
        try await eventually("the server runs") {
            serverProcess(in: folder.appendingPathComponent("kept")) != nil
        }
        let server = try #require(serverProcess(in: folder.appendingPathComponent("kept")))
        running.signal(SIGINT)
        #expect(try await running.end().status == 130)
        try await eventually("its server has ended") { kill(server, 0) != 0 }
    }

    /// The postmaster of an embedded server.
    private func serverProcess(in folder: URL) -> Int32? {
        for data in [".devshare/server/data", "server/data"] {
            let file = folder.appendingPathComponent(data).appendingPathComponent("postmaster.pid")
            guard let text = try? String(contentsOf: file, encoding: .utf8), let line = text.split(separator: "\n").first else {
                continue
            }
            return Int32(line)
        }
        return nil
    }
}
