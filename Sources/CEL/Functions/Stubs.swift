extension FunctionTable {
    static func addConversions(to table: inout FunctionSet) {}
    static func addTextFunctions(to table: inout FunctionSet) {}
    static func addTimeFunctions(to table: inout FunctionSet) {}
    static func addStringsLibrary(to table: inout FunctionSet) {}
    static func addMathLibrary(to table: inout FunctionSet) {}
    static func addOptionalsLibrary(to table: inout FunctionSet) {}
    static func addEncodersLibrary(to table: inout FunctionSet) {}
}
extension Planner {
    func matcher(_ name: String, _ operands: [Node], at location: SourceLocation) -> Node? { nil }
}
struct RegexLimits { let textSize: Int; let programSize: Int }
