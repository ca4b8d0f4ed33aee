import ServiceContextModule
import SharingLog
import Tracing

/// Spans around commands. Which tracer collects them is the embedding program's choice; without one they cost nothing, and
/// the caller's `traceparent` is kept with the events all the same.
enum CommandSpan {
    private static let field = "traceparent"

    /// Runs `body` in a span of its own, with the context that says so.
    static func run<Value: Sendable>(
        _ command: Command, _ context: CommandContext,
        _ body: @Sendable (CommandContext) async throws -> Value
    ) async throws -> Value {
        var parent = ServiceContext.current ?? .topLevel
        if ServiceContext.current == nil, let caller = context.traceParent {
            InstrumentationSystem.instrument.extract([field: caller.description], into: &parent, using: FieldReader())
        }
        return try await withSpan("devshare.command \(command.name)", context: parent) { span in
            span.attributes["devshare.command"] = command.name
            span.attributes["devshare.role"] = context.actor.role.rawValue
            var context = context
            var fields: [String: String] = [:]
            InstrumentationSystem.instrument.inject(span.context, into: &fields, using: FieldWriter())
            if let own = fields[field].flatMap(TraceParent.init) { context.traceParent = own }
            return try await body(context)
        }
    }

    private struct FieldReader: Extractor {
        func extract(key: String, from fields: [String: String]) -> String? { fields[key] }
    }

    private struct FieldWriter: Injector {
        func inject(_ value: String, forKey key: String, into fields: inout [String: String]) { fields[key] = value }
    }
}
