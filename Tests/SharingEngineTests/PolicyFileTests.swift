import DeviceSharing
import EligibilityPolicy
import Foundation
import InMemoryLogging
import Logging
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("A policy file that is followed", .fewAtOnce)
struct PolicyFileTests {
    /// A policy file of its own, removed at the end.
    private final class File: Sendable {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("policy-\(UUID().uuidString).yaml")
            .path

        init(_ text: String) throws { try write(text) }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }
    }

    private static func policy(version: String) throws -> String {
        try Installation.defaultPolicy().asPolicyVersion(version)
    }

    private static func follower(_ engine: SharingEngine, _ file: File) -> PolicyFileFollower {
        PolicyFileFollower(engine, path: file.path, as: Harness.operatorContext, every: .milliseconds(5))
    }

    @Test("takes effect by an event when it changes, and only then")
    func change() async throws {
        try await Harness.run { harness in
            let file = try File(try Installation.defaultPolicy())
            let follower = Self.follower(harness.engine, file)
            guard case .inForce = await follower.look() else { throw Unexpected() }
            guard case .unchanged = await follower.look() else { throw Unexpected() }
            try file.write(try Self.policy(version: "2026.2"))
            guard case .activated(let receipt) = await follower.look() else { throw Unexpected() }
            #expect(receipt.positions.upperBound == receipt.positions.lowerBound.advanced(by: 1))
            #expect(harness.engine.activePolicy?.version == "2026.2")
            guard case .unchanged = await follower.look() else { throw Unexpected() }
            let events = try await harness.engine.log.history(of: .sharingPolicy)
            #expect(events.last?.data["text"] == .string(try Self.policy(version: "2026.2")))
        }
    }

    @Test("is noticed while it is followed, and a broken one is refused, logged once, and mended by the next")
    func following() async throws {
        let database = try await TestDatabase.migrated()
        let log = InMemoryLogHandler()
        var configuration = Harness.configuration(database)
        configuration.logger = Logger(label: "test") { _ in log }
        try await SharingEngine.withEngine(configuration) { engine in
            let file = try File(try Self.policy(version: "1"))
            let service = Task { await Self.follower(engine, file).run() }
            try await eventually("the file's policy is in force") { engine.activePolicy?.version == "1" }
            try file.write(
                try Self.policy(version: "2").replacing("require: consent.given", with: "require: consent.givn"))
            func refusals() -> [InMemoryLogHandler.Entry] { log.entries.filter { $0.level == .error } }
            try await eventually("the broken file is refused") { !refusals().isEmpty }
            #expect(engine.activePolicy?.version == "1")
            let refusal = try #require(refusals().first)
            #expect(refusal.message == "the policy file is refused; the old policy stays")
            #expect(refusal.metadata["file"] == "\(file.path)")
            #expect("\(refusal.metadata["error"] ?? "")".contains("givn"))
            try file.write(try Self.policy(version: "3"))
            try await eventually("the mended file is in force") { engine.activePolicy?.version == "3" }
            #expect(refusals().count == 1)
            try await eventually("both activations are logged") {
                log.entries.filter { $0.message == "the policy file is in force" }.count == 2
            }
            service.cancel()
            await service.value
        }
    }

    @Test("that is gone or no text leaves the policy in force, and is taken when it is back")
    func unreadable() async throws {
        try await Harness.run { harness in
            let file = try File(try Self.policy(version: "2"))
            let follower = Self.follower(harness.engine, file)
            _ = await follower.look()
            try FileManager.default.removeItem(atPath: file.path)
            guard case .failed = await follower.look() else { throw Unexpected() }
            try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: file.path))
            guard case .failed = await follower.look() else { throw Unexpected() }
            #expect(harness.engine.activePolicy?.version == "2")
            try file.write(try Self.policy(version: "3"))
            _ = await follower.look()
            #expect(harness.engine.activePolicy?.version == "3")
        }
    }

    @Test("that is a pipe, a device or too large is not read, and one behind a link is")
    func otherKinds() async throws {
        try await Harness.run { harness in
            let file = try File(try Self.policy(version: "2"))
            let link = try File("")
            func replaceLink(to target: String) throws {
                try FileManager.default.removeItem(atPath: link.path)
                try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: target)
            }
            let follower = Self.follower(harness.engine, link)
            try replaceLink(to: file.path)
            guard case .activated = await follower.look() else { throw Unexpected() }
            try replaceLink(to: "/dev/zero")
            guard case .failed = await follower.look() else { throw Unexpected() }
            try FileManager.default.removeItem(atPath: link.path)
            #expect(mkfifo(link.path, 0o600) == 0)
            guard case .failed = await follower.look() else { throw Unexpected() }
            try FileManager.default.removeItem(atPath: link.path)
            try Data(repeating: 0x20, count: WatchedFile.maximumBytes + 1).write(to: URL(fileURLWithPath: link.path))
            guard case .failed = await follower.look() else { throw Unexpected() }
            #expect(harness.engine.activePolicy?.version == "2")
            try FileManager.default.removeItem(atPath: link.path)
            let newer = try File(try Self.policy(version: "3"))
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: newer.path)
            guard case .activated = await follower.look() else { throw Unexpected() }
        }
    }

    /// An engine whose log entries of the follower are kept.
    private static func logged(
        _ body: @Sendable @escaping (SharingEngine, InMemoryLogHandler) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.migrated()
        let log = InMemoryLogHandler()
        var configuration = Harness.configuration(database)
        configuration.logger = Logger(label: "test") { _ in log }
        try await SharingEngine.withEngine(configuration) { engine in try await body(engine, log) }
    }

    @Test("that vanishes is told of once, in plain words, and again when it vanishes again")
    func vanishing() async throws {
        try await Self.logged { engine, log in
            let file = try File(try Self.policy(version: "1"))
            let follower = Self.follower(engine, file)
            _ = await follower.look()
            for _ in 0..<2 {
                try FileManager.default.removeItem(atPath: file.path)
                for _ in 0..<3 { _ = await follower.look() }
                try file.write(try Self.policy(version: "1"))
                _ = await follower.look()
            }
            let told = log.entries.filter { $0.message == "the policy file could not be taken; the old policy stays" }
            #expect(told.map { "\($0.metadata["error"] ?? "")" } == ["there is no such file", "there is no such file"])
        }
    }

    @Test("says at the first look which policy it replaces")
    func replacing() async throws {
        try await Self.logged { engine, log in
            func warnings() -> [InMemoryLogHandler.Entry] {
                log.entries.filter { $0.message == "the policy file has replaced another policy that was in force" }
            }
            let file = try File(try Self.policy(version: "2"))
            _ = await Self.follower(engine, file).look()
            #expect(warnings().isEmpty)
            _ = try await engine.activatePolicy(try Self.policy(version: "by-hand"), as: Harness.operatorContext)
            let follower = Self.follower(engine, file)
            _ = await follower.look()
            #expect(engine.activePolicy?.version == "2")
            #expect(warnings().count == 1)
            #expect(warnings().first?.metadata["replaced"] == "device-sharing by-hand")
            #expect(warnings().first?.metadata["policy"] == "device-sharing 2")
            // A change of the file is what it is followed for.
            try file.write(try Self.policy(version: "3"))
            _ = await follower.look()
            #expect(engine.activePolicy?.version == "3")
            #expect(warnings().count == 1)
        }
    }

    @Test("leaves a policy in force that was activated in another way, until it changes")
    func otherActivation() async throws {
        try await Harness.run { harness in
            let file = try File(try Self.policy(version: "2"))
            let follower = Self.follower(harness.engine, file)
            _ = await follower.look()
            _ = try await harness.engine.activatePolicy(
                try Self.policy(version: "by-hand"), as: Harness.operatorContext)
            _ = await follower.look()
            #expect(harness.engine.activePolicy?.version == "by-hand")
            try file.write(try Self.policy(version: "3"))
            _ = await follower.look()
            #expect(harness.engine.activePolicy?.version == "3")
        }
    }

    @Test("changes under load so that every decision is made under one of the policies as a whole")
    func underLoad() async throws {
        try await Harness.run { harness in
            let users = 40
            for number in 0..<users {
                try await harness.user("r\(number)", entity: "e\(number)")
                try await harness.user("o\(number)", entity: "e\(number)")
                try await harness.device("d\(number)", of: "o\(number)")
            }
            let file = try File(try Installation.defaultPolicy())
            let follower = Self.follower(harness.engine, file)
            let digests = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<users {
                    group.addTask {
                        if number == users / 2 {
                            try file.write(try Self.policy(version: "2"))
                            _ = await follower.look()
                        }
                        let receipt = try await harness.submit("r\(number)", "o\(number)", "d\(number)")
                        return try #require(receipt.request?.decision).decision().policy.description
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            let old = try Policy.load(try Installation.defaultPolicy(), file: "old").digest.description
            let new = try Policy.load(try Self.policy(version: "2"), file: "new").digest.description
            #expect(digests.isSubset(of: [old, new]) && digests.contains(new))
            let report = try await DecisionReplay(harness.engine.log).run()
            #expect(report.decisions == users && report.differences == 0)
        }
    }
}

private struct Unexpected: Error {}
