import DeviceSharing
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct CommandSpanTests {
    private static let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    /// The process's tracer, which hears of other tests' commands too.
    private static let tracer: InMemoryTracer = {
        let tracer = InMemoryTracer()
        InstrumentationSystem.bootstrap(tracer)
        return tracer
    }()

    private func record(_ user: String, entity: String = "E") -> Command {
        .recordUser(
            RecordUser(
                user: UserID(trusted: user), entity: EntityID(trusted: entity), entityKind: .individual,
                registeredAt: Harness.longAgo))
    }

    @Test func theCallersTraceIsKeptWithTheEvents() async throws {
        try await Harness.run { harness in
            let context = CommandContext(
                actor: Harness.operatorContext.actor, correlation: "c", traceParent: TraceParent(Self.caller))
            let receipt = try await harness.engine.perform(record("a"), as: context)
            let event = try #require(try await harness.engine.log.history(of: .user(UserID(trusted: "a"))).first)
            #expect(event.position == receipt.positions.lowerBound)
            #expect(event.metadata["traceparent"]?.stringValue == Self.caller)
            #expect(event.metadata["correlation"]?.stringValue == "c")
        }
    }

    @Test func aCommandThatHasNoTraceHasNoneInItsEvents() async throws {
        try await Harness.run { harness in
            try await harness.user("a", entity: "E")
            let event = try #require(try await harness.engine.log.history(of: .user(UserID(trusted: "a"))).first)
            #expect(event.metadata["traceparent"] == nil)
        }
    }

    @Test func eachCommandIsASpanOfItsCallersTrace() async throws {
        try await Harness.run { harness in
            let caller = try await Self.tracer.withSpan("a caller") { span in
                _ = try await harness.engine.perform(record("a"), as: Harness.operatorContext)
                _ = try? await harness.engine.perform(
                    record("b"), as: CommandContext(actor: Actor(id: "x", role: .auditor)))
                return span.context.inMemorySpanContext?.spanID
            }
            let spans = Self.tracer.finishedSpans.filter { $0.parentSpanID == caller }
            #expect(spans.map(\.operationName) == ["devshare.command record-user", "devshare.command record-user"])
            #expect(spans.map(\.errors.count) == [0, 1])
            #expect(spans.first?.attributes.get("devshare.role") == .string("operator"))
        }
    }
}
