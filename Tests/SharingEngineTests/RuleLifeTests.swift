import Canonical
import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("Rules with a life, in the log", .fewAtOnce)
struct RuleLifeTests {
    /// The bundled policy with a rule more, and with another entry at its end.
    private static func policy(rule: String = "", more: String = "") throws -> String {
        try Installation.defaultPolicy().replacing("version: \"2026.3\"", with: "version: \"2026.2\"")
            .replacing("\nrules:\n", with: "\nrules:\n\(rule)\n") + "\n\(more)\n"
    }

    private static let day = Duration.seconds(86_400)

    @Test("Given a rule that only notes, requests come out as without it, the overview counts them, and the log verifies")
    func notes() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let noted = """
                  - id: never-shared
                    title: {en: The device is shared, zh-Hant: 該裝置已共用, zh-Hans: 该设备已共用}
                    require: device.sharedWith > 0
                    otherwise: note
                    error: organization-involved
                """
            _ = try await engine.activatePolicy(Self.policy(rule: noted), as: Harness.operatorContext)
            try await harness.user("ann", entity: "e")
            try await harness.user("ben", entity: "e")
            try await harness.user("eve", entity: "e")
            try await harness.device("card", of: "ben")
            let first = try await harness.submit("ann", "ben", "card")
            #expect(first.request?.state == .active && first.request?.reasons == [])
            let second = try await harness.submit("eve", "ben", "card")
            #expect(second.request?.state == .active)
            _ = try await harness.pendingRequest()
            let now = try engine.now()
            let report = try await engine.deskReport(now.advanced(by: .seconds(-86_400))..<now.advanced(by: Self.day))
            #expect(report.notes == [DeskReport.NoteCount(rule: "never-shared", requests: 2)])
            #expect(report.reasons.isEmpty && report.outcomes.approvedByPolicy == 2)
            let verified = try await LogVerification(Harness.configuration(harness.database).settings).run()
            #expect(verified.findings == [] && verified.decisions == 3)
        }
    }

    @Test("Given a rule with times of its own, a request that it holds expires by these")
    func pendingTimes() async throws {
        try await Harness.run { harness in
            let hurried = try Self.policy().replacing(
                "    error: device-recently-activated",
                with: "    pending: {expiresAfter: 4h}\n    error: device-recently-activated")
            _ = try await harness.engine.activatePolicy(hurried, as: Harness.operatorContext)
            let request = try await harness.pendingRequest()
            let row = try await harness.query(
                """
                SELECT (extract(epoch FROM expires_at - submitted_at))::bigint, escalates_at IS NULL
                  FROM devshare.share_request WHERE request = $1
                """, request.uuid
            ).rows[0]
            #expect(try row.decode(0, as: Int64.self) == 4 * 3_600 && row.decode(1, as: Bool.self))
        }
    }

    @Test("Given an exemption from the rule that holds a request, the next request of the two users is approved")
    func exemption() async throws {
        try await Harness.run { harness in
            let exemption = """
                exemptions:
                  - {id: estate, rules: [device-seasoned], requester: alice, owner: bob, until: 2099-01-01T00:00:00Z, reason: ticket}
                """
            _ = try await harness.engine.activatePolicy(Self.policy(more: exemption), as: Harness.operatorContext)
            await #expect(throws: EngineError.self, "it is not pending") { try await harness.pendingRequest() }
            _ = try await harness.pendingRequest("carol", "dave", "other")
        }
    }
}
