import Canonical
import Foundation
import TestSupport
import Testing

@testable import devshare

@Suite(.fewAtOnce) struct RequestVerbTests {
    @Test func aRequestThatThePolicyApprovesStandsAtOnceAndEndsWhenTheOwnerWantsItTo() async throws {
        let program = try await Program.withDirectory()
        let submitted = try await program.run("request", "submit", "maria01", "maria02", "DSC-7", "--consent", "C-1")
        #expect(submitted.status == 0)
        #expect(submitted.output.hasPrefix("ACTIVE  "))
        #expect(submitted.output.contains("maria01 asks to log in with DSC-7 of maria02"))
        #expect(submitted.output.contains("The owner has consented"))

        let sharings = try await program.json("sharing", "list")
        #expect(sharings.count == 1)
        let id = try #require(sharings.first?["id"]?.stringValue)
        #expect(sharings[0]["requester"] == "maria01")

        let story = try await program.run("request", "show", id)
        #expect(story.output.contains("maria01 asked to log in with device DSC-7 of maria02."))
        #expect(story.output.contains("The policy approved the request."))
        #expect(story.output.contains("devshare (portal)"))

        #expect(try await program.run("sharing", "end", id, "--by", "owner", "--consent", "C-9").output.hasPrefix("ENDED  \(id)"))
        let shown = try #require(try await program.json("request", "show", id).first)
        #expect(shown["request"]?["endReason"] == "stopped-by-owner")
        #expect(shown["decision"]?["outcome"] == "approve")
        #expect(shown["events"]?.arrayValue?.count == 4)
        #expect(try await program.run("sharing", "list").output == "no sharings\n")
    }

    @Test func aHeldRequestIsClaimedNotedReleasedAndApproved() async throws {
        let program = try await Program.withDirectory()
        let id = try await program.submit("jon01", "jon02", "DSC-8")
        let listed = try await program.run("request", "list", "--state", "compliance-pending")
        #expect(listed.output.contains(id))
        #expect(listed.output.contains("identity-incomplete"))

        #expect(try await program.run("request", "claim", id, "--officer", "h.tan").status == 0)
        let other = try await program.run("request", "approve", id, "--officer", "r.weber")
        #expect(other.status == 1)
        #expect(other.error.hasPrefix("invalid-transition: "))
        #expect(other.error.contains(" h.tan works on it until 2"), "who and until when: \(other.error)")
        #expect(try await program.run("request", "note", id, "called back", "--officer", "h.tan").status == 0)
        #expect(try await program.run("request", "release", id, "--officer", "h.tan").status == 0)
        let approved = try await program.run("request", "approve", id, "--officer", "r.weber", "--note", "in order")
        #expect(approved.status == 0)
        #expect(approved.output.hasPrefix("ACTIVE  \(id)"))
        let story = try await program.run("request", "show", id).words
        for part in [
            "The policy held the request for a compliance officer, until", "h.tan took the request to work on, until",
            "h.tan noted: “called back”", "h.tan gave the request back to the queue.", "r.weber approved the request",
            "Note: “in order”",
        ] {
            #expect(story.contains(part), "\(part)")
        }
    }

    @Test func aHeldRequestIsRejectedForAReasonOfThePolicyOrWithdrawn() async throws {
        let program = try await Program.withDirectory()
        let first = try await program.submit("jon01", "jon02", "DSC-8")
        let unknown = try await program.run("request", "reject", first, "--officer", "h.tan", "--reason", "no-such-reason")
        #expect(unknown.status == 1)
        #expect(unknown.error.hasPrefix("unknown-rejection-reason: "))
        #expect(unknown.error.contains("suspected-fraud"))
        let rejected = try await program.run("request", "reject", first, "--officer", "h.tan", "--reason", "suspected-fraud")
        #expect(rejected.output.hasPrefix("REJECTED"))
        let second = try await program.submit("jon01", "jon02", "DSC-8")
        #expect(try await program.run("request", "withdraw", second, "--note", "not needed").output.hasPrefix("WITHDRAWN"))
        let states = try await program.json("request", "list", "--user", "jon01").compactMap { $0["state"]?.stringValue }
        #expect(states == ["rejected", "withdrawn"])
        #expect(try await program.json("request", "list", "--reason", "identity-incomplete", "--limit", "1").count == 1)
    }

    @Test func anOfficersReasonIsShownWhereverPeopleLookForIt() async throws {
        let program = try await Program.withDirectory()
        let id = try await program.submit("jon01", "jon02", "DSC-8")
        #expect(try await program.run("request", "reject", id, "--officer", "h.tan", "--reason", "suspected-fraud").status == 0)
        #expect(try await program.run("request", "list").output.contains("suspected-fraud, identity-incomplete"))
        let found = try await program.json("request", "list", "--reason", "suspected-fraud")
        #expect(found.compactMap { $0["id"]?.stringValue } == [id])
        #expect(found.first?["rejectionReason"] == "suspected-fraud")
        #expect(found.first?["reasons"] == ["identity-incomplete"])
        for verb in [["request", "show", id], ["audit", "explain", id]] {
            #expect(try await program.run(verb).words.contains("for this reason: Fraud is suspected."))
            #expect(try await program.run(verb + ["--language", "zh-Hant"]).words.contains("原因為：懷疑涉及詐騙。"))
        }
        let unknown = try await program.run("request", "list", "--reason", "nonsense")
        #expect(unknown.status == 1)
        #expect(unknown.error.hasPrefix("unknown-rejection-reason: "))
        #expect(unknown.error.contains("suspected-fraud") && unknown.error.contains("identity-incomplete"))
    }

    /// A rule's own title says what is so where it passes.
    @Test func aRuleThatDidNotPassIsToldByWhatIsWrongAndWhatFollows() async throws {
        let program = try await Program.withDirectory()
        let submitted = try await program.run("request", "submit", "jon01", "jon02", "DSC-8", "--consent", "C-1")
        #expect(submitted.words.contains("! The identity data are incomplete (rule identity-complete): held for compliance. "))
        #expect(submitted.words.contains("Waits for a compliance officer until "))
        #expect(!submitted.words.contains("All identity data could be compared"))
        let id = try #require(try await program.json("request", "list").first?["id"]?.stringValue)
        for (language, asks, reason) in [
            ("en", "jon01 asks to log in with DSC-8 of jon02", "The identity data are incomplete (rule identity-complete)"),
            ("zh-Hant", "jon01 申請使用 jon02 的裝置 DSC-8 登入", "身分資料不完整（規則 identity-complete）：待合規審批。"),
            ("zh-Hans", "jon01 申请使用 jon02 的设备 DSC-8 登录", "身份资料不完整（规则 identity-complete）：待合规审批。"),
        ] {
            let shown = try await program.run("request", "show", id, "--language", language).words
            #expect(shown.contains(asks) && shown.contains("! " + reason), "\(shown)")
            let explained = try await program.run("audit", "explain", id, "--language", language).words
            #expect(explained.contains(reason), "\(explained)")
            #expect(language == "en" || !shown.contains("The "), "\(shown)")
        }
    }

    @Test func aRejectionSaysWhyAndWhatToDoAndEndsWithOne() async throws {
        let program = try await Program.withDirectory()
        let outcome = try await program.run("request", "submit", "mei01", "mei02", "IBK-1", "--consent", "C-1")
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("REJECTED"))
        #expect(
            outcome.words.contains(
                "✗ This kind of device is not shared (rule device-shareable): rejected. Device IBK-1 is of a kind that cannot be "
                    + "shared (IB Key)."))
        #expect(outcome.words.contains("What to do: Choose another device of the owner's."))
        let chinese = try await program.run("request", "submit", "mei01", "mei02", "IBK-1", "--language", "zh-Hant").words
        #expect(chinese.contains("✗ 此類裝置不可共用（規則 device-shareable）：已拒絕。"))
        #expect(chinese.contains("mei01 申請使用 mei02 的裝置 IBK-1 登入") && chinese.contains("建議："))
        #expect(!chinese.contains("The owner has consented"))
    }

    @Test func whatTheEngineRefusesIsOneLineWithTheCodeAndTheAdvice() async throws {
        let program = try await Program.withDirectory()
        let text = try await program.run("request", "submit", "maria01", "nobody", "DSC-7")
        #expect(text.status == 1)
        #expect(text.output.isEmpty)
        #expect(text.error == "user-not-found: There is no user nobody. Check the user name.\n")
        let json = try await program.run("request", "submit", "maria01", "nobody", "DSC-7", "--json")
        let error = try JSONValue(parsing: json.error.trimmingCharacters(in: .newlines))["error"]
        #expect(error?["code"] == "user-not-found")
        #expect(error?["parameters"]?["user"] == "nobody")
        #expect(error?["advice"] == "Check the user name.")
    }

    @Test func anIdempotencyKeyAnswersTheSameAgain() async throws {
        let program = try await Program.withDirectory()
        let arguments = [
            "request", "submit", "maria01", "maria02", "DSC-7", "--consent", "C-1", "--consent-given-at", "2020-01-01T00:00:00Z",
            "--key", "k-1",
            "--json",
        ]
        let first = try #require(try await program.run(arguments).json().first)
        let second = try #require(try await program.run(arguments).json().first)
        #expect(first["subject"] == second["subject"])
        #expect(second["isRepetition"] == true)
    }

    @Test func anIdempotencyKeyNeedsTheTimeOfTheConsent() async throws {
        let arguments = ["request", "submit", "maria01", "maria02", "DSC-7", "--key", "k-1"]
        let program = try await Program.withDirectory()
        let outcome = try await program.run(arguments + ["--consent", "C-1"])
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("--key needs --consent-given-at"))
        // Where there is no consent there is no time of it: the policy rejects the request, once.
        for isRepetition in [false, true] {
            let rejected = try await program.run(arguments + ["--json"])
            #expect(rejected.status == 1)
            #expect(try rejected.json().first?["isRepetition"] == .bool(isRepetition))
        }
        #expect(try await program.json("request", "list").compactMap { $0["state"]?.stringValue } == ["rejected"])
    }

    @Test func aRoleThatMayNotActIsRefused() async throws {
        let program = try await Program.withDirectory()
        let outcome = try await program.run("request", "submit", "maria01", "maria02", "DSC-7", "--role", "auditor")
        #expect(outcome.status == 1)
        #expect(outcome.error.hasPrefix("not-permitted: "))
        #expect(try await program.run("request", "submit", "maria01", "maria02", "DSC-7", "--role", "engine").status == 64)
    }

    @Test func candidatesAreListedTheBestFirst() async throws {
        let program = try await Program.withDirectory()
        let table = try await program.run("candidates", "maria01").lines
        #expect(table.first?.hasPrefix("DEVICE") == true)
        #expect(table.last?.contains("Digital Security Card+") == true)
        let json = try #require(try await program.json("candidates", "maria01").first)
        #expect(json["device"] == "DSC-7")
        #expect(json["outcome"] == "approve")
        #expect(try await program.run("candidates", "nobody").status == 1)
    }

    @Test func devicesAndUsersThatGoEndTheirSharings() async throws {
        let program = try await Program.withDirectory()
        let id = try await program.submit("maria01", "maria02", "DSC-7")
        #expect(try await program.run("device", "report-lost", "DSC-7").output.hasPrefix("device DSC-7 is lost (positions "))
        #expect(try await program.json("request", "show", id).first?["request"]?["endReason"] == "device-lost")
        #expect(try await program.run("device", "deactivate", "SLS-1", "--reason", "replaced").status == 0)
        #expect(try await program.run("privacy", "erase", "maria01").status == 0)
        #expect(try await program.run("user", "close", "maria01").status == 0)
        #expect(try await program.run("user", "close", "maria01").output.contains("nothing to change"))
    }

    @Test func anErasureSaysWhetherThereWasAnythingToErase() async throws {
        let program = try await Program.withDirectory()
        let erased = try await program.run("privacy", "erase", "maria01")
        #expect(erased.output.hasPrefix("the identity of maria01 was erased (position "))
        let again = try await program.run("privacy", "erase", "maria01")
        #expect(again.status == 0)
        #expect(again.output == "there was no identity of maria01 to erase\n")
        let json = try #require(try await program.json("privacy", "erase", "jon01").first)
        #expect(json["erased"] == true)
        #expect(json["position"] != nil && json["position"] == json["lastPosition"])
        let never = try #require(try await program.json("privacy", "erase", "mei01").first)
        #expect(never["erased"] == false)
        #expect(never["position"] == nil)
    }

    @Test func theLogIsShownAsItIs() async throws {
        let program = try await Program.withDirectory()
        let tail = try await program.json("events", "tail", "--after", "0")
        #expect(tail.compactMap { $0["position"]?.integerValue } == Array(1...Int64(tail.count)))
        #expect(tail.first?["type"] == "policy-activated")
        let lines = try await program.run("events", "tail", "--limit", "3").lines
        #expect(lines.count == 3)
        // What people read over the columns fits them.
        func column(_ text: String, of line: String) -> Int? { line.range(of: text).map { line[..<$0.lowerBound].count } }
        #expect(column(" TIME (UTC)", of: TailEvents.heading) == lines.last.flatMap { column(" 2", of: $0) })
        #expect(column("ACTOR", of: TailEvents.heading) == lines.last.flatMap { column("devshare", of: $0) })
        #expect(try await program.json("events", "show", "1").first == tail.first)
        #expect(try await program.run("events", "show", "1").output.contains("leaf hash"))
        let beyond = try await program.run("events", "show", "9999")
        #expect(beyond.status == 1)
        #expect(beyond.error.hasPrefix("event-not-found: "))
    }

    @Test func followingTheLogPrintsEventsAsTheyAreRecorded() async throws {
        let program = try await Program.withDirectory()
        let following = try program.start(["events", "tail", "--limit", "1", "--follow", "--json"])
        // Otherwise it might begin behind the events that it is to print.
        try await eventually("the last event is printed") { !following.output.isEmpty }
        _ = try await program.submit("maria01", "maria02", "DSC-7")
        try await eventually("the sharing is printed") { following.output.contains("sharing-activated") }
        following.signal(SIGINT)
        let end = try await following.end()
        #expect(end.status == 130)
        let positions = try end.json().compactMap { $0["position"]?.integerValue }
        let first = try #require(positions.first)
        #expect(positions == Array(first...first + Int64(positions.count) - 1))
    }

    @Test func readModelsAreCheckedAndMadeAnew() async throws {
        let (program, database) = try await Program.ready()
        _ = try await program.run("directory", "import", try temporaryFile("d.jsonl", SmallDirectory.jsonLines))
        #expect(try await program.json("rebuild", "--verify") == [["differences": []]])
        let connection = try await database.connect()
        _ = try await connection.query("UPDATE devshare.device SET kind = 'sls-card' WHERE device_id = 'DSC-7'")
        await connection.close()
        let damaged = try await program.run("rebuild", "--verify")
        #expect(damaged.status == 70)
        #expect(damaged.output.contains("device"))
        #expect(damaged.error.hasPrefix("read-models-differ: "))
        #expect(try await program.run("rebuild").status == 0)
        #expect(try await program.run("rebuild", "--verify").status == 0)
    }
}
