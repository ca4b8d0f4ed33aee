import Canonical

/// An element of a page, for as long as that page is shown.
struct Element: Sendable, Equatable {
    /// The name under which the standard has references to elements.
    private static let reference = "element-6066-11e4-a52e-4f735466cecf"

    private let browser: Browser
    private let id: String

    init?(_ value: JSONValue, in browser: Browser) {
        guard let id = value[Self.reference]?.stringValue else { return nil }
        self.id = id
        self.browser = browser
    }

    /// An element of another page is another one.
    static func == (left: Element, right: Element) -> Bool { left.id == right.id }

    private func send(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        try await browser.send(method, "/element/\(id)\(path)", body)
    }

    func click() async throws { _ = try await send("POST", "/click") }

    /// Types into it, behind what it has.
    func type(_ text: String) async throws { _ = try await send("POST", "/value", ["text": .string(text)]) }

    func text() async throws -> String { try await send("GET", "/text").stringValue ?? "" }

    func attribute(_ name: String) async throws -> String? { try await send("GET", "/attribute/\(name)").stringValue }

    func property(_ name: String) async throws -> JSONValue { try await send("GET", "/property/\(name)") }

    func isShown() async throws -> Bool { try await send("GET", "/displayed").boolValue ?? false }
}
