import Canonical
import HTTPEdge
import HTTPTypes

/// A page of a list by keyset: the last element of one page is where the next begins, so that nothing is skipped or told twice
/// while the list grows.
struct Page: Sendable {
    let items: [JSONValue]
    /// Where the next page begins; nil on the last one.
    let next: String?
    /// How far the log was read; nil for lists of what is not the log.
    var asOf: String?

    /// - Parameter readThrough: whether pages say how far the log was read.
    static func schema(_ name: String, of item: ObjectSchema, readThrough: Bool = false) -> ObjectSchema {
        ObjectSchema(
            name, "A page of a list.",
            [
                .required("items", .array(.object(item), limit: 1_000), "The elements, in order."),
                .optional("next", .string(.printable(1...64)), "The `after` of the next page; absent on the last one."),
            ]
                + (readThrough
                    ? [.required("asOf", .string(.logCursor), "How far the log was read: the `after` by which to go on later.")]
                    : []))
    }

    /// - Parameter path: of the list, with the query that was asked, but `after`.
    func answer(path: String, query: [(String, String)]) -> Answer {
        var headers = HTTPFields()
        if let next, let name = HTTPField.Name("Link") {
            let pairs = (query.filter { $0.0 != "after" } + [("after", next)])
                .map { "\($0.0)=\(QueryString.encoded($0.1))" }
            headers[name] = "<\(path)?\(pairs.joined(separator: "&"))>; rel=\"next\""
        }
        return .json(
            .members(["items": .array(items), "next": next.map { .string($0) }, "asOf": asOf.map { .string($0) }]),
            headers: headers)
    }
}

extension CheckedParameters {
    /// The parameters of the query as they came, for the link to the next page.
    func query(of route: [Parameter]) -> [(String, String)] {
        route.filter { $0.place == .query }.flatMap { parameter in texts(parameter.name).map { (parameter.name, $0) } }
    }
}
