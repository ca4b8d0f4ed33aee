import Canonical
import Testing
import Transparency

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("Where a reader of the log goes on") struct LogCursorTests {
    @Test(
        "Its text is read as it was written",
        arguments: ["0", "1", "4711", "4711-1f3a9c04", "4711-1f3a9c04.4700-0a7b33e1", "7-00000000.7-00000000"])
    func text(text: String) {
        #expect(LogCursor(text)?.description == text)
    }

    @Test(
        "What no page says is none",
        arguments: [
            "", "-1", "+1", "01", "4711-", "4711-1F3A9C04", "4711-1f3a9c0", "4711.4700-0a7b33e1", "4711-1f3a9c04.",
            "4711-1f3a9c04.0",
            "4711-1f3a9c04.4712-0a7b33e1", "4711-1f3a9c04.4700-0a7b33e1.1-00000000", "9223372036854775808", "1-1f3a9c04 ",
        ])
    func nonsense(text: String) {
        #expect(LogCursor(text) == nil)
    }

    @Test("It names the newest checkpoint that covers nothing behind it")
    func checkpoint() async throws {
        try await Harness.run { harness in
            for number in 1...5 { try await harness.user("user\(number)", entity: "E") }
            _ = try await SealingService(
                harness.engine.log, SealingConfiguration(signers: [SignerKey.generate(name: KeyName("log.example"))])
            )
            .seal()
            let sealed = try await harness.engine.endOfLog()
            try await harness.user("later", entity: "E")
            let page = try await harness.engine.eventPage(after: .start, types: [], limit: 100)
            #expect(page.events.map { page.cursor(at: $0).checkpoint } == Array(repeating: nil, count: 5) + [sealed, sealed])
            #expect(page.through.description == "\(try await harness.engine.endOfLog()).\(sealed)")
            let next = try await harness.engine.eventPage(after: page.through, types: [], limit: 100)
            #expect(next.events.isEmpty && next.through == page.through)
        }
    }
}
