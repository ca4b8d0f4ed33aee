import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite struct TraceParentTests {
    private static let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func theExampleOfTheRecommendationIsRead() throws {
        let parent = try #require(TraceParent(Self.example))
        #expect(parent.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(parent.parentID == "00f067aa0ba902b7")
        #expect(parent.flags == 1)
        #expect(parent.description == Self.example)
    }

    @Test func versionsToComeAreReadAsFarAsTheyAreKnown() {
        #expect(
            TraceParent("cc" + Self.example.dropFirst(2) + "-what-the-future-will-be-like")?.description == Self.example
        )
        #expect(TraceParent("cc" + Self.example.dropFirst(2)) != nil)
        #expect(TraceParent("cc" + Self.example.dropFirst(2) + ".x") == nil)
    }

    @Test(arguments: [
        "", "00", String(example.dropLast()), example + "-", example + "0", "ff" + example.dropFirst(2),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-é",
    ])
    func whatIsNoneIsNotRead(field: String) { #expect(TraceParent(field) == nil) }

    @Test func anythingIsReadOrRefusedWithoutAFault() {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            var bytes = Array(Self.example.utf8)
            for _ in 0..<random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(128)) }
            if let parent = TraceParent(String(decoding: bytes, as: UTF8.self)) {
                #expect(TraceParent(parent.description) == parent, "\(random)")
            }
        }
    }
}
