/// The signatures of the operators, for the checker (langdef, "List of Standard Definitions").
enum OperatorTable {
    static func functionName(of unaryOperator: UnaryOperator) -> String {
        switch unaryOperator {
        case .not: "!_"
        case .negate: "-_"
        }
    }

    static let overloads: [String: [Overload]] = {
        let a = CELType.parameter(0)
        let b = CELType.parameter(1)
        var table: [String: [Overload]] = [:]
        func add(_ names: [String], _ parameters: [CELType], _ result: CELType) {
            for name in names { table[name, default: []].append(Overload(parameters: parameters, result: result, body: .none)) }
        }
        add(["!_"], [.bool], .bool)
        add(["-_"], [.int], .int)
        add(["-_"], [.double], .double)
        for number in [CELType.int, .uint, .double] {
            add(["_+_", "_-_", "_*_", "_/_"], [number, number], number)
        }
        for number in [CELType.int, .uint] { add(["_%_"], [number, number], number) }
        for text in [CELType.string, .bytes, .list(a)] { add(["_+_"], [text, text], text) }
        add(["_+_"], [.timestamp, .duration], .timestamp)
        add(["_+_"], [.duration, .timestamp], .timestamp)
        add(["_+_", "_-_"], [.duration, .duration], .duration)
        add(["_-_"], [.timestamp, .timestamp], .duration)
        add(["_-_"], [.timestamp, .duration], .timestamp)
        add(["_==_", "_!=_"], [a, a], .bool)
        let orderings = ["_<_", "_<=_", "_>_", "_>=_"]
        for type in [CELType.bool, .string, .bytes, .timestamp, .duration] { add(orderings, [type, type], .bool) }
        for left in [CELType.int, .uint, .double] {
            for right in [CELType.int, .uint, .double] { add(orderings, [left, right], .bool) }
        }
        add(["@in"], [a, .list(a)], .bool)
        add(["@in"], [a, .map(a, b)], .bool)
        return table
    }()
}
