import Canonical

extension ErrorParameters {
    /// Writes the parameters as one canonical object.
    package func write(to writer: inout CanonicalJSONWriter) {
        writer.value(canonical: json.canonicalBytes())
    }

    /// The parameters as a JSON object.
    public var json: JSONValue {
        var object = JSONObject()
        for (name, value) in self {
            switch value {
            case .string(let text): object[name] = .string(text)
            case .integer(let number): object[name] = .integer(Int64(number))
            case .strings(let texts): object[name] = .array(texts.map { .string($0) })
            }
        }
        return .object(object)
    }

    /// Nil unless `json` is an object of strings, integers and arrays of strings.
    package init?(json: JSONValue) {
        guard let object = json.objectValue else { return nil }
        var parameters: [(name: String, value: ParameterValue)] = []
        for (name, value) in object.members {
            switch value {
            case .string(let text): parameters.append((name, .string(text)))
            case .integer(let number): parameters.append((name, .integer(Int(number))))
            case .number(let number) where number == number.rounded():
                // Beyond 53 bits, where JSON rounds.
                parameters.append((name, .integer(Int(exactly: number) ?? (number < 0 ? .min : .max))))
            case .array(let elements):
                let texts = elements.compactMap(\.stringValue)
                guard texts.count == elements.count else { return nil }
                parameters.append((name, .strings(texts)))
            default: return nil
            }
        }
        self.init(parameters)
    }
}
