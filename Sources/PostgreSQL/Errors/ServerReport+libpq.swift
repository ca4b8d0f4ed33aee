import CLibPQ

extension ServerReport {
    /// Reads the fields of an error or notice; nil when libpq itself made the error and no server spoke.
    convenience init?(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        guard let sqlState = field("C") else { return nil }
        self.init(
            sqlState: SQLState(rawValue: sqlState),
            severity: field("V") ?? field("S") ?? "ERROR",
            message: field("M") ?? "",
            detail: field("D"),
            hint: field("H"),
            schema: field("s"),
            table: field("t"),
            column: field("c"),
            constraint: field("n"),
            position: field("P").flatMap { Int($0) },
            context: field("W")
        )
    }
}
