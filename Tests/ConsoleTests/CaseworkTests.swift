import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog
import TestSupport
import Testing

/// What an officer does with one request, with and without scripts: the pages are the same.
@Suite("An officer in the console", .fewAtOnce)
struct CaseworkTests {
    private static let both = [true, false]

    private static func options(_ hasJavaScript: Bool) -> Browser.Options {
        var options = Browser.Options()
        options.hasJavaScript = hasJavaScript
        return options
    }

    @Test("claims a request, notes, releases it, and approves it", arguments: both)
    func approval(hasJavaScript: Bool) async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            try await site.browse(as: .officer, Self.options(hasJavaScript)) { browser in
                try await browser.go("/console/requests/\(request)")
                try await browser.act("claim")
                #expect(try await site.engine.shareRequest(request).pending?.claim?.officer == "h.tan")
                try await browser.find("textarea[name=text]").type("Called the owner, 與持有人確認")
                try await browser.act("note")
                #expect(try await browser.text("main").contains("Called the owner, 與持有人確認"))
                try await browser.act("release")
                #expect(try await site.engine.shareRequest(request).pending?.claim == nil)
                try await browser.find("form[action$='/approve'] textarea").type("known client")
                try await browser.act("approve")
                #expect(try await site.state(of: request) == .active)
                let last = try #require(
                    try await site.engine.log.history(of: .shareRequest(request)).first { $0.type.hasSuffix("approved") })
                #expect(last.actor == "h.tan" && last.role == .compliance)
                #expect(!(try await browser.has("form[action$='/approve']")))
            }
        }
    }

    @Test("rejects a request for a reason of the policy's list, and for no other", arguments: both)
    func rejection(hasJavaScript: Bool) async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            let reason = try #require(site.engine.activePolicy?.rejectionReasons.first)
            try await site.browse(as: .officer, Self.options(hasJavaScript)) { browser in
                try await browser.go("/console/requests/\(request)")
                // The browser itself asks for a reason before it sends anything.
                try await browser.click("form[action$='/reject'] button")
                #expect(try await site.state(of: request) == .compliancePending)
                try await browser.click("form[action$='/reject'] input[name=reason][value='\(reason.id.rawValue)']")
                try await browser.find("form[action$='/reject'] textarea").type("see case 7")
                try await browser.act("reject")
                guard case .rejected(let rejection, _) = try await site.engine.shareRequest(request).status else {
                    Issue.record("it is not rejected")
                    return
                }
                #expect(rejection.reason == reason.id.rawValue && rejection.note == "see case 7" && rejection.by == .compliance)
                #expect(try await browser.text("main").contains(reason.title[.english]))
            }
        }
    }

    @Test("is told before and after when today's facts no longer allow an approval", arguments: both)
    func approvalThatIsARejection(hasJavaScript: Bool) async throws {
        try await ConsoleSite.run { site in
            let request = try await site.pendingRequest()
            try await site.browse(as: .officer, Self.options(hasJavaScript)) { browser in
                try await browser.go("/console/requests/\(request)")
                #expect(!(try await browser.has("form[action$='/approve'] button[disabled]")))
                let before = try await browser.text("main")
                let now = try site.engine.now()
                try await site.device(
                    "temporary", of: "owner-1", kind: "temporary-code", activatedAt: now,
                    expiresAt: now.advanced(by: .seconds(86_400)))
                try await browser.go("/console/requests/\(request)")
                #expect(try await browser.text("main") != before)
                #expect(try await browser.has("main .notice.warning, main .notice.problem"))
                try await browser.act("approve", becomes: "problem")
                #expect(try await site.state(of: request) == .rejected)
            }
        }
    }

    @Test("who has given the first of two approvals cannot give the second, and another can")
    func twoApprovals() async throws {
        try await ConsoleSite.run { site in
            try await site.requireTwoApprovals()
            let request = try await site.pendingRequest()
            try await site.browse(as: .officer) { first in
                try await first.go("/console/requests/\(request)")
                try await first.act("approve")
                #expect(try await site.engine.shareRequest(request).pending?.endorsedBy == "h.tan")
                #expect(try await first.text("main").contains("h.tan"))
                // Neither by the page nor by a form that was sent from an old one.
                let button = try await first.findAll("form[action$='/approve'] button:not([disabled])")
                if let button = button.first {
                    try await button.click()
                    try await first.waits(for: ".notice.problem")
                }
                #expect(try await site.state(of: request) == .compliancePending)
                try await site.browse(as: .secondOfficer) { second in
                    try await second.go("/console/requests/\(request)")
                    #expect(try await second.text("main").contains("h.tan"))
                    try await second.act("approve")
                    #expect(try await site.state(of: request) == .active)
                }
            }
        }
    }

    @Test("sees at once what another one claims, and cannot decide on it meanwhile")
    func twoOfficers() async throws {
        try await ConsoleSite.run { site in
            let requests = try await site.pendingRequests(3)
            try await site.browse(as: .officer) { first in
                try await first.go("/console/queue")
                try await first.waits(for: "[data-row]")
                try await site.browse(as: .secondOfficer) { second in
                    try await second.go("/console/requests/\(requests[1])")
                    try await second.act("claim")
                    // Nothing is pressed in the first browser.
                    try await eventually("the claim is shown in the other browser") {
                        try await first.texts("[data-row]").contains { $0.contains("m.rossi") }
                    }
                    #expect(try await first.texts("[data-row]").count == 3)
                    try await first.go("/console/requests/\(requests[1])")
                    #expect(try await first.text("main").contains("m.rossi"))
                    #expect(!(try await first.has("form[action$='/approve'] button:not([disabled])")))
                }
            }
        }
    }
}
