import Canonical
import EligibilityPolicy
import Foundation
import TestSupport
import Testing

/// A headless browser with a profile of its own, driven over the WebDriver protocol.
struct Browser: Sendable {
    struct Options: Sendable {
        /// What the browser says that its reader prefers.
        var language = Language.english
        var hasJavaScript = true
        var isDark = false
        var width = 1_280
        var height = 900
        /// IANA's name of the reader's zone.
        var zone = "Asia/Hong_Kong"

        static let phone = Options(width: 390, height: 844)
    }

    /// Where the pages are.
    let site: String
    private let session: String

    static func run<Value: Sendable>(
        at site: String, _ options: Options = Options(), _ body: (Browser) async throws -> Value
    ) async throws -> Value {
        let browser = try await open(at: site, options)
        do {
            let value = try await body(browser)
            try await browser.close()
            return value
        } catch {
            try? await browser.close()
            throw error
        }
    }

    private static func open(at site: String, _ options: Options) async throws -> Browser {
        let arguments = [
            // What runs as root has no sandbox.
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
            // The browser ends with the driver that is at the other end of the pipe.
            "--remote-debugging-pipe", "--force-prefers-reduced-motion",
            "--window-size=\(options.width),\(options.height)", "--accept-lang=\(options.language.rawValue)",
        ]
        let chrome: JSONValue = .members([
            "args": .array(arguments.map { .string($0) }), "binary": ChromeDriver.shell.map { .string($0) },
        ])
        let answer = try await ChromeDriver.shared.send(
            "POST", "/session",
            ["capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": chrome]]])
        guard let id = answer["sessionId"]?.stringValue else {
            throw WebDriverError(code: "session not created", message: "\(answer)")
        }
        let browser = Browser(site: site, session: "/session/\(id)")
        try await browser.emulate(options)
        return browser
    }

    private func emulate(_ options: Options) async throws {
        try await tool("Emulation.setTimezoneOverride", ["timezoneId": .string(options.zone)])
        try await tool(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(Int64(options.width)), "height": .integer(Int64(options.height)), "deviceScaleFactor": 1,
                "mobile": .bool(options.width < 600),
            ])
        if !options.hasJavaScript { try await tool("Emulation.setScriptExecutionDisabled", ["value": true]) }
        try await show(isDark: options.isDark)
    }

    func show(isDark: Bool) async throws {
        let scheme: JSONValue = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
        try await tool("Emulation.setEmulatedMedia", ["features": [scheme]])
    }

    /// A command of the browser's own debugging protocol.
    @discardableResult
    func tool(_ command: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
        try await send("POST", "/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
    }

    private func close() async throws { try await send("DELETE", "") }

    @discardableResult
    func send(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        try await ChromeDriver.shared.send(method, session + path, body)
    }

    // MARK: Pages

    func go(_ path: String) async throws { try await send("POST", "/url", ["url": .string(site + path)]) }

    /// The path and query of the page that is shown.
    func path() async throws -> String {
        let address = try await send("GET", "/url").stringValue ?? ""
        return address.hasPrefix(site) ? String(address.dropFirst(site.count)) : address
    }

    func source() async throws -> String { try await send("GET", "/source").stringValue ?? "" }

    func script(_ text: String, _ arguments: JSONValue...) async throws -> JSONValue {
        try await send("POST", "/execute/sync", ["script": .string(text), "args": .array(arguments)])
    }

    /// A script that calls its last argument when it is done.
    func asyncScript(_ text: String, _ arguments: JSONValue...) async throws -> JSONValue {
        try await send("POST", "/execute/async", ["script": .string(text), "args": .array(arguments)])
    }

    /// As PNG.
    func screenshot() async throws -> Data {
        guard let text = try await send("GET", "/screenshot").stringValue, let data = Data(base64Encoded: text) else {
            throw WebDriverError(code: "unable to capture screen", message: "no picture came")
        }
        return data
    }

    // MARK: Elements, by CSS selector

    /// Waits until there is such an element, and returns it.
    func find(_ selector: String) async throws -> Element {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            if let element = try await findAll(selector).first { return element }
            guard ContinuousClock.now < deadline else {
                let place = try await path()
                throw WebDriverError(code: WebDriverError.noSuchElement, message: "\(selector) at \(place)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func findAll(_ selector: String) async throws -> [Element] {
        let found = try await send("POST", "/elements", ["using": "css selector", "value": .string(selector)])
        return found.arrayValue?.compactMap { Element($0, in: self) } ?? []
    }

    func has(_ selector: String) async throws -> Bool { try await !findAll(selector).isEmpty }

    func click(_ selector: String) async throws { try await find(selector).click() }

    /// The text that is shown of the first such element.
    func text(_ selector: String) async throws -> String { try await find(selector).text() }

    /// Texts of all such elements, read in one step, so that none of them can go away meanwhile.
    func texts(_ selector: String) async throws -> [String] {
        let found = try await script(
            "return Array.from(document.querySelectorAll(arguments[0]), e => e.innerText.trim())", .string(selector))
        return found.arrayValue?.compactMap(\.stringValue) ?? []
    }

    func waits(
        for selector: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually("\(selector) is there", sourceLocation: sourceLocation) { try await has(selector) }
    }

    // MARK: Keys

    /// Presses and releases keys one after the other, wherever the focus is.
    func press(_ keys: Key...) async throws {
        let actions = keys.flatMap { key -> [JSONValue] in
            [["type": "keyDown", "value": .string(key.text)], ["type": "keyUp", "value": .string(key.text)]]
        }
        try await send(
            "POST", "/actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
    }

    /// Types a text, wherever the focus is.
    func type(_ text: String) async throws {
        for character in text { try await press(Key(String(character))) }
    }
}
