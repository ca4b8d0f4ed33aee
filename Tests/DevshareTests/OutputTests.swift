import Foundation
import TestSupport
import Testing

@testable import devshare

/// What the program writes, where the disk is full or the file is no ordinary one. The device `full` takes nothing, as a full disk
/// does.
@Suite(.fewAtOnce) struct OutputTests {
    /// Runs a shell command in which `$DS` is the program.
    private func shell(_ command: String, _ program: Program, in folder: URL) throws -> (status: Int32, error: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DEVSHARE_") }
        environment.merge(program.environment) { _, ours in ours }
        environment["DS"] = Program.executable.path
        process.environment = environment
        let errors = folder.appendingPathComponent("errors")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: errors, encoding: .utf8))
    }

    private static let verbs = [
        "events tail --limit 0 --json", "events tail", "request list", "sharing list", "candidates maria01", "policy show",
        "audit verify", "policy facts", "--help", "events --help", "--version", "audit csv --out all.csv",
    ]

    @Test func standardOutputThatTakesNothingIsReported() async throws {
        let program = try await Program.withDirectory()
        let folder = try temporaryFolder()
        for verb in Self.verbs {
            let (status, error) = try shell("\"$DS\" \(verb) >/dev/full", program, in: folder)
            #expect(status == 74, "\(verb): \(error)")
            #expect(error.contains("output-failed") && error.contains("standard output cannot be written"), "\(verb): \(error)")
            #expect(error.components(separatedBy: "output-failed").count == 2, "\(verb) says it once: \(error)")
            #expect(try shell("\"$DS\" \(verb) >/dev/null", program, in: folder).status == 0, "\(verb)")
        }
    }

    @Test func aFileThatCannotBeWrittenToItsEndIsReported() async throws {
        let program = try await Program.withDirectory()
        let outcome = try await program.run("audit", "csv", "--out", "/dev/full")
        #expect(outcome.status == 74)
        #expect(outcome.error.hasPrefix("output-failed: /dev/full cannot be written: No space left on device."))
    }

    @Test func whatIsNoOrdinaryFileIsWrittenTo() async throws {
        let program = try await Program.withDirectory()
        let folder = try temporaryFolder()
        func kind(_ name: String) throws -> FileAttributeType? {
            let path = folder.appendingPathComponent(name).path
            return try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        }
        // A pipe, whose reader gets it all.
        #expect(
            try shell("mkfifo pipe && { cat pipe >got & \"$DS\" audit csv --out pipe && wait; }", program, in: folder).status == 0
        )
        #expect(try String(contentsOf: folder.appendingPathComponent("got"), encoding: .utf8).hasPrefix("position,"))
        // Standard output, behind what was printed there before.
        #expect(try shell("{ echo first; \"$DS\" audit csv --out /dev/stdout; } >all", program, in: folder).status == 0)
        #expect(try String(contentsOf: folder.appendingPathComponent("all"), encoding: .utf8).hasPrefix("first\nposition,"))
        // A device, where one may be made.
        if try shell("mknod sink c 1 3", program, in: folder).status == 0 {
            #expect(try shell("\"$DS\" audit csv --out sink", program, in: folder).status == 0)
            #expect(try kind("sink") == .typeCharacterSpecial)
        }
    }

    @Test func linksGoOnToLeadToTheFileAndItsModeIsKept() async throws {
        let program = try await Program.withDirectory()
        let folder = try temporaryFolder()
        let made =
            "mkdir deep && echo old >deep/file && chmod 640 deep/file && ln -s deep/file link && ln -s deep/new loose "
            + "&& echo old >one && ln one other"
        #expect(try shell(made, program, in: folder).status == 0)
        for out in ["link", "loose", "one"] {
            #expect(try shell("\"$DS\" audit csv --out \(out)", program, in: folder).status == 0)
        }
        let check =
            "test -L link && test -L loose && head -1 deep/file | grep -q position && head -1 deep/new | grep -q position "
            + "&& test $(stat -c %a deep/file) = 640 && cmp one other && head -1 other | grep -q position && ! ls . deep | grep part$"
        #expect(try shell(check, program, in: folder).status == 0)
    }
}
