import Canonical
import DeviceSharing
import Foundation
import SharingEngine
import SharingLog
import TestSupport
import Testing

/// Pictures of the main pages for `make screenshots`: light and dark, desktop and phone.
@Suite("Screenshots", .serialized, .enabled(if: Screenshots.folder != nil, "SCREENSHOTS names no folder"))
struct ScreenshotTests {
    @Test("of the main pages are taken")
    func pages() async throws {
        let folder = try #require(Screenshots.folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await ConsoleSite.run { site in
            let scene = try await Screenshots.scene(site)
            for (size, options) in [("desktop", Browser.Options()), ("phone", .phone)] {
                for (name, person, path) in scene.pages {
                    try await site.browse(as: person, options) { browser in
                        for (scheme, isDark) in [("light", false), ("dark", true)] {
                            try await browser.show(isDark: isDark)
                            try await browser.go(path)
                            try await browser.wholePage(upTo: 1_100, width: options.width)
                            let file = folder.appendingPathComponent("\(name)-\(size)-\(scheme).png")
                            try await browser.screenshot().write(to: file)
                            try await browser.wholePage(upTo: options.height, width: options.width)
                        }
                    }
                }
            }
        }
    }
}

private enum Screenshots {
    static let folder = ProcessInfo.processInfo.environment["SCREENSHOTS"].flatMap { path in
        path.isEmpty ? nil : URL(fileURLWithPath: path)
    }

    struct Scene {
        let pages: [(name: String, person: ConsoleSite.Person, path: String)]
    }

    /// A morning's queue, and what has been decided before.
    static func scene(_ site: ConsoleSite) async throws -> Scene {
        let engine = site.engine
        let people = ["maria", "jon", "mei", "anna", "li", "peter", "sofia", "chen"]
        var pending: [ShareRequestID] = []
        for (number, name) in people.enumerated() {
            let (requester, owner, device) = ("\(name)01", "\(name)02", "DSC-\(4_711 + number)")
            try await site.user(requester, entity: "E-\(number)")
            try await site.user(owner, entity: number == 3 ? "E-99" : "E-\(number)")
            try await site.device("SLS-\(300 + number)", of: requester, kind: "sls-card")
            let age: Duration = number.isMultiple(of: 3) ? .seconds(86_400 * 400) : .seconds(3_600 * (number + 1))
            try await site.device(device, of: owner, activatedAt: engine.now().advanced(by: .zero - age))
            let request = try await site.submit(requester, owner, device, consent: "C-\(2_000 + number)")
            if request.state == .compliancePending { pending.append(request.id) }
        }
        let officer = CommandContext(actor: Actor(id: "h.tan", role: .compliance))
        let other = CommandContext(actor: Actor(id: "m.rossi", role: .compliance))
        for number in 0..<6 {
            let request = try await site.pendingRequest("earlier-\(number)")
            let command: Command =
                number.isMultiple(of: 3)
                ? .reject(request, reason: "suspected-fraud", note: "See case 7") : .approve(request, note: nil)
            _ = try await engine.perform(command, as: officer)
        }
        let shown = try #require(pending.first)
        _ = try await engine.perform(.claim(shown), as: officer)
        _ = try await engine.perform(.note(shown, text: "Called the owner, who confirms."), as: officer)
        if let second = pending.dropFirst().first { _ = try await engine.perform(.claim(second), as: other) }
        let requester = try #require(try await engine.request(shown)).requester
        return Scene(pages: [
            ("sign-in", .officer, "/console/sign-in"), ("queue", .officer, "/console/queue"),
            ("request", .officer, "/console/requests/\(shown)"), ("desk", .officer, "/console/desk"),
            ("timeline", .auditor, "/console/users/\(requester)"), ("log", .auditor, "/console/log"),
            ("policies", .policyAuthor, "/console/policies"),
        ])
    }
}

extension Browser {
    /// Makes the window as high as the page, up to a limit.
    fileprivate func wholePage(upTo limit: Int, width: Int) async throws {
        let height = try await script("return document.documentElement.scrollHeight").integerValue ?? 900
        try await tool(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(Int64(width)), "height": .integer(min(max(height, 500), Int64(limit))),
                "deviceScaleFactor": 1, "mobile": .bool(width < 600),
            ])
    }
}
