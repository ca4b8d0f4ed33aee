import CEL
import Canonical

extension Policy {
    /// Every fact as expressions read it, by record and field, times in RFC 3339: for other programs that evaluate the same
    /// expressions on the same facts.
    package func factValues(_ facts: Facts) -> JSONValue {
        evaluator.withActivation(for: facts) { activation in
            var records = JSONObject()
            for record in schema.records {
                var fields = JSONObject()
                for field in schema.fields(of: record) {
                    let slot = evaluator.slots.slot(for: [record.rawValue, field.name])
                    fields[field.name] = slot.flatMap { activation[$0] }.map(JSONValue.init(fact:))
                }
                records[record.rawValue] = .object(fields)
            }
            return .object(records)
        }
    }
}

extension JSONValue {
    /// Facts are flags, whole numbers, texts, times and lists of texts.
    fileprivate init(fact value: CELValue) {
        switch value {
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .integer(number)
        case .string(let text): self = .string(text)
        case .timestamp(let moment): self = .string(moment.description)
        case .list(let elements): self = .array(elements.map(JSONValue.init(fact:)))
        default: self = .null
        }
    }
}
