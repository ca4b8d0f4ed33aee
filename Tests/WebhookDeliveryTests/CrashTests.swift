import DeviceSharing
import Foundation
import SharingEngine
import SharingLog
import SharingWebhooks
import TestSupport
import Testing

@testable import WebhookDelivery

@Suite(.fewAtOnce) struct CrashTests {
    /// Beside the test bundle, where the build puts it.
    private static var executable: URL {
        let products = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?
            .deletingLastPathComponent()
        return (products ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent())
            .appendingPathComponent("webhook-worker")
    }

    private func start(_ connectionString: String) throws -> Process {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = [connectionString]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Harmless where it has ended: its number may be somebody else's by then.
    private func kill(_ process: Process) {
        if process.isRunning { _ = Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    @Test func whatAKilledProcessHadUnderWayIsSentByAnother() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                try await installed.subscribe(receiver.url)
                for user in 0..<20 { try await installed.userEvents("u\(user)", 10) }
                let head = try await installed.engine.log.head().rawValue
                let workers = [
                    try start(installed.database.connectionString), try start(installed.database.connectionString),
                ]
                defer { for worker in workers { kill(worker) } }
                var replacements: [Process] = []
                defer { for worker in replacements { kill(worker) } }
                for (number, worker) in workers.enumerated() {
                    let count = receiver.messages.count
                    try await eventually("messages arrive") { receiver.messages.count >= count + 20 }
                    kill(worker)
                    if number == 0 { replacements.append(try start(installed.database.connectionString)) }
                }
                try await eventually("all is sent") { try await installed.isAllSent() }
                let streams = receiver.messages.byStream
                #expect(Set(streams.values.joined()).count == 200)
                #expect(streams.values.joined().max() == head)
                // What was sent and not settled came twice; nothing came before what is ahead of it in its stream.
                for (stream, positions) in streams { #expect(positions == positions.sorted(), "\(stream)") }
                #expect(receiver.messages.count <= 200 + 2 * WebhookLimits().concurrentMessages)
            }
        }
    }
}
