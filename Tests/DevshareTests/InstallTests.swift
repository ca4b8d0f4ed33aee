import Foundation
import Testing

@testable import devshare

@Suite(.fewAtOnce) struct InstallTests {
    #if !canImport(Darwin)
        /// What was copied without the folders that stand beside it says which one it lacks.
        @Test func aProgramWithoutItsFilesSaysSo() async throws {
            let folder = try temporaryFolder()
            let copy = folder.appendingPathComponent("devshare")
            try FileManager.default.copyItem(at: Program.executable, to: copy)
            let program = Program(directory: folder)
            let policy = Program.root.appendingPathComponent("Policies/device-sharing.yaml").path
            let bare = try await program.start(["policy", "show", policy], executable: copy).end()
            #expect(bare.status == 70)
            #expect(bare.error.hasPrefix("files-missing: "), "\(bare.error)")
            #expect(bare.error.contains("device-sharing_Phrases"))

            for files in ["device-sharing_BundledFiles.resources", "device-sharing_Phrases.resources"] {
                try FileManager.default.createSymbolicLink(
                    at: folder.appendingPathComponent(files),
                    withDestinationURL: Program.executable.deletingLastPathComponent().appendingPathComponent(files))
            }
            #expect(try await program.start(["policy", "show", policy], executable: copy).end().status == 0)
            let served = try await program.start(["serve", "--dev", "--port", "0"], executable: copy).end()
            #expect(served.status == 70)
            #expect(served.error.contains("device-sharing_SharingConsole"), "\(served.error)")
        }
    #endif

    @Test func theProgramSaysWhichOneItIs() async throws {
        #expect(try await Program().run("--version").output == ProgramVersion.text + "\n")
        let folders = ["tables", "types"].map { Program.root.appendingPathComponent("Schema/" + $0).path }
        let files = try folders.flatMap { try FileManager.default.contentsOfDirectory(atPath: $0) }
        #expect(ProgramVersion.schema == files.compactMap { Int($0.prefix(4)) }.max())
    }
}
