import DeviceSharing

/// The fields of a form, or of an address's query.
package struct FormFields: Sendable {
    private let pairs: [(name: String, value: String)]

    package static let empty = FormFields("")

    /// - Parameter text: `application/x-www-form-urlencoded`.
    package init(_ text: String) { pairs = QueryString.pairs(text) }

    /// Whether a name or a value has a zero byte, which no text may have.
    package var haveZero: Bool { pairs.contains { $0.name.utf8.contains(0) || $0.value.utf8.contains(0) } }

    /// A field's text without the spaces around it; nil where it is absent or empty.
    package func text(_ name: String) -> String? {
        guard let value = pairs.first(where: { $0.name == name })?.value.trimming(" \t\r\n"), !value.isEmpty else { return nil }
        return value
    }

    /// The texts of all fields of a name, such as checkboxes.
    package func texts(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    package func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    package func choice<Choice: RawRepresentable>(_ name: String, of _: Choice.Type = Choice.self) -> Choice?
    where Choice.RawValue == String { text(name).flatMap(Choice.init(rawValue:)) }

    func identifier<ID: Identifier>(_ name: String, of _: ID.Type = ID.self) -> ID? { text(name).flatMap { ID($0) } }

    /// All fields but these, for links that change one of them.
    package func without(_ names: Set<String>) -> [(name: String, value: String)] { pairs.filter { !names.contains($0.name) } }
}

extension FormFields {
    /// An address with these fields; those without a value are left out.
    package static func address(_ path: String, _ fields: [(name: String, value: String?)]) -> String {
        let query = fields.compactMap { field in
            field.value.map { "\(QueryString.encoded(field.name))=\(QueryString.encoded($0))" }
        }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }
}
