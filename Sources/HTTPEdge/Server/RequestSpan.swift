import HTTPTypes
import Hummingbird
import Instrumentation
import SharingEngine
import SharingLog
import Tracing

/// A span for each request, as part of the caller's trace (W3C Trace Context). Which tracer collects them is the embedding
/// program's choice.
package enum RequestSpan {
    private static let field = HTTPField.Name("traceparent")

    /// The caller's place in its trace; nil where it names none, or more than one (section 3.2.1).
    package static func parent(of headers: HTTPFields) -> TraceParent? {
        guard let field, headers[values: field].count == 1 else { return nil }
        return headers[field].flatMap { TraceParent($0) }
    }

    package static func run<Value>(
        _ request: Request, _ endpoint: (any Endpoint)?, _ body: () async throws -> Value
    ) async throws -> Value {
        var context = ServiceContext.topLevel
        InstrumentationSystem.instrument.extract(request.headers, into: &context, using: HeaderReader())
        return try await withSpan(
            "\(endpoint?.method.rawValue ?? "other") \(endpoint?.path ?? "unknown")", context: context, ofKind: .server
        ) { _ in
            try await body()
        }
    }

    private struct HeaderReader: Extractor {
        func extract(key: String, from headers: HTTPFields) -> String? { HTTPField.Name(key).flatMap { headers[$0] } }
    }
}
