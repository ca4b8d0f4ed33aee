import DeviceSharing
import Testing

@testable import SharingEngine

/// One at a time: the tracer is the process's.
@Suite(.serialized) struct CommandSpanTests {
    private static let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func withoutATracerTheCallersTraceIsKeptWithTheEvents() async throws {
        try await Harness.run { harness in
            let record = RecordUser(
                user: UserID(trusted: "a"), entity: EntityID(trusted: "E"), entityKind: .individual, registeredAt: Harness.longAgo)
            let context = CommandContext(
                actor: Harness.operatorContext.actor, correlation: "c", traceParent: TraceParent(Self.caller))
            let receipt = try await harness.engine.perform(.recordUser(record), as: context)
            let event = try #require(try await harness.engine.history(of: .user(UserID(trusted: "a"))).first)
            #expect(event.position == receipt.positions.lowerBound)
            #expect(event.metadata["traceparent"]?.stringValue == Self.caller)
            #expect(event.metadata["correlation"]?.stringValue == "c")
        }
    }

    @Test func aCommandThatHasNoTraceHasNoneInItsEvents() async throws {
        try await Harness.run { harness in
            try await harness.user("a", entity: "E")
            let event = try #require(try await harness.engine.history(of: .user(UserID(trusted: "a"))).first)
            #expect(event.metadata["traceparent"] == nil)
        }
    }
}
