import Canonical
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// Holds real answers against what the route table, and so the API document, promises.
enum Promises {
    static func check(_ reply: Reply, method: String, path: String, sourceLocation: SourceLocation) {
        // What is taken from clients of before is promised to nobody.
        let isFormer = path.contains("dryRun=")
        let path = path.split(separator: "?").first.map(String.init) ?? path
        #expect(reply.headers.first(name: "X-Request-ID") != nil, sourceLocation: sourceLocation)
        #expect(reply.headers.first(name: "X-Content-Type-Options") == "nosniff", sourceLocation: sourceLocation)
        if reply.headers.first(name: "Content-Type") == ProblemDetails.mediaType {
            // A request may not have U+0000; an answer quotes the names that it was sent, such as that of an unknown member.
            let quoted = (try? JSONValue(parsing: reply.text.replacing("\\u0000", with: "?"))) ?? .null
            let problems = Schema.object(.problem).problems(of: quoted)
            #expect(problems.isEmpty, "\(method) \(path): \(reply.text)", sourceLocation: sourceLocation)
            #expect(reply.json["status"] == .integer(Int64(reply.status)), sourceLocation: sourceLocation)
        }
        guard !isFormer else { return }
        guard let route = RouteTable.all.first(where: { $0.method.rawValue == method && $0.matches(path) }) else {
            #expect([404, 405].contains(reply.status), "\(method) \(path) is no route", sourceLocation: sourceLocation)
            return
        }
        if let success = route.successes.first(where: { $0.status.code == reply.status }) {
            let isJSON = reply.headers.first(name: "Content-Type") == "application/json"
            let promised: Schema? =
                switch success.content {
                case .json(let schema): schema
                case .jsonOrPage(let schema): isJSON ? schema : nil
                case .none, .lines, .text, .bytes: nil
                }
            if let schema = promised {
                let problems = schema.problems(of: reply.json)
                #expect(
                    problems.isEmpty, "\(method) \(path) \(reply.status): \(reply.text)", sourceLocation: sourceLocation
                )
            }
            for header in success.headers where header.name != Parameter.link.name {
                #expect(
                    reply.headers.first(name: header.name) != nil, "\(method) \(path) lacks \(header.name)",
                    sourceLocation: sourceLocation)
            }
        } else {
            let codes = route.problems[reply.status]?.map(\.rawValue) ?? []
            #expect(
                codes.contains(reply.code ?? "?"),
                "\(method) \(path) answers \(reply.status) \(reply.code ?? reply.text), not documented",
                sourceLocation: sourceLocation)
        }
    }
}

extension Route {
    /// Its path with those values in the places.
    func filled(
        user: String = "nobody", device: String = "nothing", request: String = "01a20e64-8d78-79a4-8586-66c66fd02001"
    ) -> String {
        path.replacing("{user}", with: user).replacing("{device}", with: device).replacing("{request}", with: request)
            .replacing("{code}", with: "user-not-found").replacing("{webhook}", with: request)
            .replacing("{level}", with: "0").replacing("{index}", with: "000").replacing("{ledger}", with: "default")
    }
}
