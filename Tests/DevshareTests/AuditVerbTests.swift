import Canonical
import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing
import Transparency

@Suite(.fewAtOnce) struct AuditVerbTests {
    @Test func theAuditorsGuidePrintsWhatItSays() async throws {
        #expect(try await DocumentedSession("docs/auditors-guide.md").run() >= 25)
    }

    /// A program that seals, with a held request, and the file of its public key.
    private func sealed(on given: TestDatabase? = nil) async throws -> (
        program: Program, database: TestDatabase, request: String, key: String, folder: URL
    ) {
        let folder = try temporaryFolder()
        let key = folder.appendingPathComponent("log.key").path
        #expect(try await Program().run("checkpoint", "keygen", "test.example/log", "--out", key).status == 0)
        var (program, database) = try await Program.ready(on: given)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("witness"), withIntermediateDirectories: true)
        program.environment["DEVSHARE_CHECKPOINT_KEY_FILE"] = key
        program.environment["DEVSHARE_CHECKPOINT_WITNESSES"] = folder.appendingPathComponent("witness").path
        _ = try await program.run("directory", "import", try temporaryFile("d.jsonl", SmallDirectory.jsonLines))
        let request = try await program.submit("jon01", "jon02", "DSC-8")
        #expect(try await program.run("checkpoint", "seal").status == 0)
        return (program, database, request, key + ".pub", folder)
    }

    @Test func aKeyIsWrittenOnceAndForItsOwnerOnly() async throws {
        let file = try temporaryFolder().appendingPathComponent("log.key").path
        let first = try await Program().run("checkpoint", "keygen", "test.example/log", "--out", file)
        #expect(try VerifierKey(first.output.trimmingCharacters(in: .newlines)).name.text == "test.example/log")
        #expect(try String(contentsOfFile: file + ".pub", encoding: .utf8) == first.output)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        let again = try await Program().run("checkpoint", "keygen", "test.example/log", "--out", file)
        #expect(again.status == 65)
        let badName = try await Program().run("checkpoint", "keygen", "two words", "--out", file + "2")
        #expect(badName.status == 65)
        #expect(badName.error.hasPrefix("checkpoint-key-invalid: "))
    }

    /// Somebody who only reads, or changes something by another process than the servers, does not vouch for the log.
    @Test func onlyTheServerAndCheckpointSealSign() async throws {
        let (program, database, request, _, _) = try await sealed()
        var blind = program
        blind.environment["DEVSHARE_CHECKPOINT_WITNESSES"] = nil
        func checkpoints() async throws -> [String] { try await database.dump(["checkpoint"]) }
        let before = try await checkpoints()
        for program in [program, blind] {
            for arguments in [
                ["request", "claim", request, "--officer", "h.tan"], ["request", "release", request, "--officer", "h.tan"],
                ["request", "list"], ["request", "show", request], ["sharing", "list"], ["checkpoint", "show"],
                ["rebuild", "--verify"], ["policy", "replay"], ["audit", "verify"], ["webhook", "list"], ["migrate"],
            ] {
                let outcome = try await program.run(arguments)
                #expect(outcome.status == 0, "\(arguments): \(outcome.error)")
            }
        }
        #expect(try await checkpoints() == before)
        // Nor does one sign that may, where it knows fewer witnesses than the log had.
        let refused = try await blind.run("checkpoint", "seal")
        #expect(refused.status == 70)
        #expect(refused.error.contains("witnesses-missing: the checkpoint of"), "\(refused.error)")
        #expect(refused.error.contains("DEVSHARE_CHECKPOINT_WITNESSES"))
        #expect(try await checkpoints() == before)
        #expect(try await program.run("checkpoint", "seal").status == 0)
        #expect(try await checkpoints().count == before.count + 1)
        #expect(try await program.run("request", "claim", request, "--officer", "h.tan").status == 0)
        #expect(try await blind.run("checkpoint", "seal", "--fewer-witnesses").status == 0)
        #expect(try await checkpoints().count == before.count + 2)
    }

    @Test func aTamperedLogIsNamedByItsPosition() async throws {
        let (program, database, _, key, _) = try await sealed()
        let state = try temporaryFolder().appendingPathComponent("state").path
        let clean = try await program.run("audit", "verify", "--key", key, "--state", state)
        #expect(clean.status == 0, "\(clean.output) \(clean.error)")
        #expect(clean.output.hasSuffix("nothing is wrong\n"))
        #expect(try await program.run("audit", "verify", "--key", key, "--state", state).status == 0)
        let connection = try await database.connect()
        try await connection.execute(
            script:
                "SET session_replication_role = replica; UPDATE devshare.event SET type = 'user-closed' WHERE position = 4"
        )
        await connection.close()
        let found = try await program.run("audit", "verify", "--key", key)
        #expect(found.status == 70)
        #expect(found.output.hasPrefix("position 4: sealed-event-differs: "))
        #expect(found.error.hasPrefix("log-damaged: "))
        let json = try #require(try await program.run("audit", "verify", "--key", key, "--json").json().first)
        #expect(json["findings"]?.arrayValue?.first?["position"] == 4)
    }

    @Test func aRestoredOldBackupIsSaidToBeIncomplete() async throws {
        let (program, database, _, key, folder) = try await sealed()
        let old = try await database.copy()
        _ = try await program.submit("maria01", "maria02", "DSC-7")
        #expect(try await program.run("checkpoint", "seal").status == 0)
        let witness = folder.appendingPathComponent("witness").path
        let complete = try await program.run("backup", "verify", witness, "--key", key)
        #expect(complete.status == 0, "\(complete.error)")
        #expect(complete.output.hasPrefix("complete: "))

        var restored = program
        restored.environment["DEVSHARE_DATABASE_URL"] = old.connectionString
        let missing = try await restored.run("backup", "verify", witness, "--key", key)
        #expect(missing.status == 70)
        #expect(missing.error.hasPrefix("backup-incomplete: positions "))
        // And the engine does not sign what it would have to contradict.
        _ = try await restored.submit("mei01", "mei02", "IBK-1")
        let refused = try await restored.run("checkpoint", "seal")
        #expect(refused.status == 70)
        #expect(refused.error.contains("\nlog-shrunk: ") || refused.error.hasPrefix("log-shrunk: "), "\(refused.error)")
    }

    /// As an operator makes and restores one.
    @Test(.timeLimit(.minutes(3))) func aRestoredDumpIsVerified() async throws {
        let (program, database, _, key, folder) = try await sealed()
        let (dump, witness) = (folder.appendingPathComponent("dump").path, folder.appendingPathComponent("witness").path)
        try await runPostgresTool("pg_dump", "--format=custom", "--file=\(dump)", "--dbname=\(database.connectionString)")
        var restored = program
        let empty = try await TestDatabase.empty()
        try await runPostgresTool("pg_restore", "--exit-on-error", "--dbname=\(empty.connectionString)", dump)
        restored.environment["DEVSHARE_DATABASE_URL"] = empty.connectionString
        let complete = try await restored.run("backup", "verify", witness, "--key", key)
        #expect(complete.status == 0, "\(complete.error)")
        #expect(complete.output.hasPrefix("complete: "))

        let before = try #require(try await program.json("checkpoint", "show").first?["size"]?.integerValue)
        _ = try await program.submit("maria01", "maria02", "DSC-7")
        #expect(try await program.run("checkpoint", "seal").status == 0)
        let after = try #require(try await program.json("checkpoint", "show").first?["size"]?.integerValue)
        let missing = try await restored.run("backup", "verify", witness, "--key", key)
        #expect(missing.status == 70)
        #expect(missing.error.hasPrefix("backup-incomplete: positions \(before + 1) to \(after) are missing"), "\(missing.error)")
    }

    /// A replica refuses every write, so whatever succeeds there only reads.
    @Test(.timeLimit(.minutes(3))) func aReadReplicaIsAuditedLikeThePrimary() async throws {
        let primary = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: EmbeddedPostgres.testSettings))
        do {
            let (program, database, request, key, folder) = try await sealed(on: .migrated(on: primary))
            try await primary.withReplica { server in
                let copy = database.replicated(on: server)
                // What comes after the base backup is streamed.
                _ = try await program.submit("maria01", "maria02", "DSC-7")
                #expect(try await program.run("checkpoint", "seal").status == 0)
                try await eventually("the replica has caught up", within: .seconds(60)) {
                    try await copy.dump(["checkpoint"]) == database.dump(["checkpoint"])
                }

                var replica = Program(directory: folder)
                replica.environment["DEVSHARE_DATABASE_URL"] = copy.connectionString
                let verified = try await replica.run("audit", "verify", "--key", key)
                #expect(verified.status == 0, "\(verified.output) \(verified.error)")
                #expect(verified.output.hasSuffix("nothing is wrong\n"))
                let witness = folder.appendingPathComponent("witness").path
                let backup = try await replica.run("backup", "verify", witness, "--key", key)
                #expect(backup.status == 0, "\(backup.error)")
                let explained = try await replica.run("audit", "explain", request)
                #expect(explained.status == 0, "\(explained.error)")
                let export = try await replica.run("audit", "export", "--request", request, "--out", "case.evidence")
                #expect(export.status == 0, "\(export.error)")
                #expect(try await replica.run("audit", "verify-export", "case.evidence", "--key", key).status == 0)

                let connection = try await database.connect()
                try await connection.execute(
                    script:
                        "SET session_replication_role = replica; UPDATE devshare.event SET type = 'user-closed' WHERE position = 4"
                )
                await connection.close()
                try await eventually("the change has been streamed", within: .seconds(60)) {
                    try await copy.dump(["event"]) == database.dump(["event"])
                }
                let found = try await replica.run("audit", "verify", "--key", key)
                #expect(found.status == 70)
                #expect(found.output.hasPrefix("position 4: sealed-event-differs: "))
            }
            try await primary.stop()
        } catch {
            try? await primary.stop()
            throw error
        }
    }

    @Test func aStoryIsToldInEveryLanguageAndPrinted() async throws {
        let (program, _, request, _, _) = try await sealed()
        _ = try await program.run("request", "note", request, "<b>odd</b>", "--officer", "h.tan")
        _ = try await program.run("request", "reject", request, "--officer", "h.tan", "--reason", "suspected-fraud")
        let english = try await program.run("audit", "explain", request)
        #expect(english.output.contains("jon01 asked to log in with device DSC-8 of jon02."))
        #expect(english.output.contains("h.tan rejected the request"))
        for (language, phrase) in [("zh-Hant", "申請使用用戶"), ("zh-Hans", "申请使用用户")] {
            let told = try await program.run("audit", "explain", request, "--language", language)
            #expect(told.output.contains(phrase))
            #expect(told.lines.count >= english.output.split(separator: "#").count)
        }
        let page = try temporaryFolder().appendingPathComponent("case.html").path
        #expect(try await program.run("audit", "report", request, "--out", page).status == 0)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains("&lt;b&gt;odd&lt;/b&gt;") && !html.contains("<b>odd"))
    }

    @Test func thePastIsMadeToBeAskedInSQL() async throws {
        let (program, database, request, _, _) = try await sealed()
        let submitted = try #require(try await program.json("audit", "replay", "--request", request, "--step").first)
        let position = try #require(submitted["position"]?.integerValue)
        #expect(submitted["state"]?["state"] == "submitted")
        #expect(try await program.run("audit", "replay", "--at", "\(position)", "--schema", "then").status == 0)
        let connection = try await database.connect()
        let state: String = try await connection.query("SELECT state FROM \"then\".share_request").rows[0].decode(0)
        #expect(state == "submitted")
        await connection.close()
        #expect(try await program.run("audit", "replay", "--at", "2001-01-01", "--user", "jon01").status == 1)
        #expect(try await program.run("audit", "replay", "--schema", "devshare").status == 64)
    }

    @Test func whatNothingWouldLeaveForIsNoArchive() async throws {
        let (program, _, request, key, folder) = try await sealed()
        let reject = ["request", "reject", request, "--officer", "h.tan", "--reason", "suspected-fraud"]
        #expect(try await program.run(reject).status == 0)
        #expect(try await program.run("checkpoint", "seal").status == 0)
        let proof = folder.appendingPathComponent("case.evidence").path
        #expect(try await program.run("audit", "export", "--request", request, "--out", proof).status == 0)
        let refused = try await program.run("archive", "detach", proof, "--key", key)
        #expect(refused.status == 1)
        #expect(refused.error.hasPrefix("archive-unusable: nothing in this file can leave the log: "), "\(refused.error)")
        #expect(try await program.run("archive", "list").output == "nothing has left the log\n")

        let all = folder.appendingPathComponent("all.evidence").path
        #expect(try await program.run("audit", "export", "--from", "1", "--out", all).status == 0)
        let detached = try await program.run("archive", "detach", all, "--key", key)
        #expect(detached.output.hasPrefix("data of 3 events of positions 1 to "), "\(detached.output) \(detached.error)")
        let again = try await program.run("archive", "detach", all, "--key", key)
        #expect(again.status == 0)
        #expect(again.output.hasPrefix("data of 0 more events of positions 1 to "), "\(again.output) \(again.error)")
        let listed = try await program.json("archive", "list")
        #expect(listed.count == 1)
        #expect(listed.first?["eventsInArchive"] == 3)
    }

    /// Nobody takes a signed checkpoint for a genuine file.
    @Test func aCheckpointSaysHowFarItWasChecked() async throws {
        let (program, _, request, key, folder) = try await sealed()
        let proof = folder.appendingPathComponent("case.evidence").path
        #expect(try await program.run("audit", "export", "--request", request, "--out", proof).status == 0)
        let forged = try String(contentsOfFile: proof, encoding: .utf8).replacing(request, with: UUID().uuidString.lowercased())
        try forged.write(toFile: proof, atomically: true, encoding: .utf8)
        let checkpoint = folder.appendingPathComponent("kept.checkpoint").path
        let shown = try await program.run("checkpoint", "show")
        try shown.output.write(toFile: checkpoint, atomically: true, encoding: .utf8)

        let offline = try await Program().run("checkpoint", "verify", checkpoint, proof, "--key", key, "--offline")
        #expect(offline.status == 0, "\(offline.error)")
        #expect(offline.lines.count == 2)
        #expect(offline.lines.allSatisfy { $0.hasSuffix(" (signature only)") }, "\(offline.output)")
        #expect(offline.lines.last?.hasPrefix("\(proof), its checkpoint alone: test.example/log, ") == true)

        let compared = try await program.json("checkpoint", "verify", checkpoint, proof, "--key", key)
        #expect(compared.count == 2)
        #expect(compared.allSatisfy { $0["comparedWithLog"] == true })
        #expect(compared.first?["isInEvidence"] == false)
        #expect(compared.last?["isInEvidence"] == true)
    }

    /// Two checkpoints of one size with different roots are what somebody keeps them for.
    @Test func aLogThatWasShownInTwoVersionsIsNamed() async throws {
        let folder = try temporaryFolder()
        let key = SignerKey.generate(name: try KeyName("test.example/log"))
        var files: [String] = []
        for (name, byte, size) in [("a", UInt8(1), UInt64(5)), ("b", 2, 5), ("c", 3, 6)] {
            let note = try Checkpoint(origin: "test.example/log", size: size, root: Digest(sha256: [byte])).signed(by: [key])
            let file = folder.appendingPathComponent("\(name).checkpoint").path
            try note.description.write(toFile: file, atomically: true, encoding: .utf8)
            files.append(file)
        }
        let keyText = key.verifier.description
        for file in files {
            #expect(try await Program().run("checkpoint", "verify", file, "--key", keyText, "--offline").status == 0)
        }
        #expect(try await Program().run("checkpoint", "verify", files[0], files[2], "--key", keyText, "--offline").status == 0)
        let split = try await Program().run("checkpoint", "verify", files[0], files[1], "--key", keyText, "--offline")
        #expect(split.status == 70)
        #expect(split.output.isEmpty)
        #expect(split.error.hasPrefix("checkpoint-invalid: \(files[0]) and \(files[1]) are both of 5 events"), "\(split.error)")
        let other = try await Program().run(
            "checkpoint", "verify", files[0], "--key", keyText, "--offline", "--origin", "test.example/other")
        #expect(other.status == 70)
        #expect(other.error.contains("origin-mismatch"), "\(other.error)")
    }

    @Test func aKeyFileWithoutAKeyChecksNothingAndIsRefused() async throws {
        let empty = try temporaryFile("empty.pub", "\n \n")
        let (file, key) = (try temporaryFile("x", "x\n"), SignerKey.generate(name: try KeyName("k")).verifier.description)
        let refused = try await Program().run("checkpoint", "verify", file, "--key", empty, "--offline")
        #expect(refused.error.hasPrefix("checkpoint-key-invalid: "), "\(refused.error)")
        for (text, isTaken) in [
            (key + " \t\r\n", true), ("\n\n \(key)", true), ("\u{FEFF}" + key, false), (key + "\u{A0}", false),
        ] {
            let named = try await Program().run(
                "checkpoint", "verify", file, "--key", try temporaryFile("k.pub", text), "--offline")
            #expect(named.error.hasPrefix(isTaken ? "checkpoint-invalid: " : "checkpoint-key-invalid: "), "\(named.error)")
        }
    }

    /// A run from the middle of a log is genuine, but does not show what came before.
    @Test func whatAFileLacksIsInItsVerdictAndItsStatus() async throws {
        let (program, _, request, key, folder) = try await sealed()
        let run = folder.appendingPathComponent("run.evidence").path
        let first = try #require(
            try await program.json("audit", "replay", "--request", request, "--step").first?["position"]?.integerValue)
        #expect(try await program.run("audit", "export", "--from", "\(first)", "--out", run).status == 0)
        let verify = ["audit", "verify-export", run, "--key", key]
        let shown = try await Program().run(verify)
        #expect(shown.status == 1)
        #expect(
            shown.output.contains("run.evidence is genuine: ") && shown.output.contains("not whole: user/"), "\(shown.output)")
        #expect(shown.error.hasPrefix("evidence-incomplete: "), "\(shown.error)")
        #expect(try await Program().run(verify + ["--partial"]).status == 0)
        let complete = try await Program().run(verify + ["--partial", "--complete", "share-request/\(request)"])
        #expect(complete.status == 0, "\(complete.error)")
        #expect(complete.output.contains("no later event up to "), "\(complete.output)")
        let case4711 = folder.appendingPathComponent("case.evidence").path
        #expect(try await program.run("audit", "export", "--request", request, "--out", case4711).status == 0)
        #expect(try await Program().run("audit", "verify-export", case4711, "--key", key).status == 0)
        let open = try await Program().run("audit", "verify-export", case4711, "--key", key, "--complete", "user/jon01")
        #expect(open.status == 1)
        #expect(open.error.contains("does not show that it has every event of user/jon01"), "\(open.error)")
    }

    @Test func csvIsSafeToOpen() async throws {
        let (program, _, _, _, _) = try await sealed()
        let file = try temporaryFolder().appendingPathComponent("events.csv").path
        let written = try await program.run("audit", "csv", "--out", file)
        #expect(written.status == 0)
        #expect(written.output.hasSuffix(" events, 0 cells altered for spreadsheets\n"), "\(written.output)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("position,recorded_at,actor,role,stream,version,type,leaf_hash,data\r\n1,"))
    }
}
