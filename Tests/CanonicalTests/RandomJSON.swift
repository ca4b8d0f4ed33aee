import Canonical
import TestSupport

extension SeededGenerator {
    /// A JSON value such as the parser gives: whole numbers of up to 53 bits are integers.
    mutating func json(depth: Int = 4) -> JSONValue {
        switch below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(once(in: 2))
        case 2: return .integer(Int64.random(in: -JSONValue.maximumInteger...JSONValue.maximumInteger, using: &self))
        case 3: return .integer(Int64(below(2_000)) - 1_000)
        case 4: return number()
        case 5: return .string(text())
        case 6: return .array((0..<below(5)).map { _ in json(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<below(6) { object[text(upTo: 4)] = json(depth: depth - 1) }
            return .object(object)
        }
    }

    /// A double of random bits that is no integer of 53 bits.
    private mutating func number() -> JSONValue {
        let double = Double(bitPattern: next())
        guard double.isFinite else { return number() }
        return double == double.rounded() && double.magnitude <= Double(JSONValue.maximumInteger)
            ? number() : .number(double)
    }
}

extension String {
    /// Its UTF-8, for comparing texts byte for byte.
    var bytes: [UInt8] { Array(utf8) }
}
