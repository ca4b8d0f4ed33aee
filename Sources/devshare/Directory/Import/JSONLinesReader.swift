import Canonical
import DeviceSharing

/// One JSON object a line (https://jsonlines.org). Empty lines are skipped.
struct JSONLinesReader: RowReader {
    private var line: [UInt8] = []
    private var number = 1
    private var isTooLong = false

    mutating func read(_ bytes: [UInt8]) -> [RawRow] {
        var rows: [RawRow] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end])
            if let row = take() { rows.append(row) }
            number += 1
            rest = rest[(end + 1)...]
        }
        append(rest)
        return rows
    }

    mutating func finish() -> [RawRow] { take().map { [$0] } ?? [] }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        if line.count + bytes.count > ImportLimits.row { isTooLong = true } else { line += bytes }
    }

    private mutating func take() -> RawRow? {
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if isTooLong {
            return RawRow(line: number, fields: .failure(problem("the line has more than \(ImportLimits.row) bytes")))
        }
        if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return nil }
        return RawRow(line: number, fields: Result { () throws(RowProblem) in try fields() })
    }

    private func fields() throws(RowProblem) -> [String: String] {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: line)
        } catch {
            if error.code == .invalidText, String(validating: line, as: UTF8.self) == nil {
                throw problem("the line is not UTF-8; it looks like \(TextEncoding(likelyOf: line).rawValue)")
            }
            throw problem("the line is not JSON (\(error.code.rawValue) at byte \(error.offset + 1))")
        }
        guard let object = json.objectValue else { throw problem("the line is no JSON object") }
        var fields: [String: String] = [:]
        try flatten(object, under: "", into: &fields)
        return fields
    }

    private func flatten(_ object: JSONObject, under prefix: String, into fields: inout [String: String]) throws(RowProblem) {
        for (name, value) in object.members {
            switch value {
            case .string(let text): fields[prefix + name] = text
            case .object(let inner) where prefix.utf8.count < 100: try flatten(inner, under: prefix + name + ".", into: &fields)
            case .array(let items) where Self.lists.contains(prefix + name):
                for (index, item) in items.enumerated() {
                    guard index < IdentityData.maximumDocuments else { throw problem("\(prefix + name) has more than 8 entries") }
                    var entry = JSONObject()
                    entry["\(index + 1)"] = item
                    try flatten(entry, under: prefix + name + ".", into: &fields)
                }
            case .null: break
            default: throw problem("\(DirectoryRow.quotable(prefix + name)) must be a string")
            }
        }
    }

    /// Members that are lists; an entry goes by its place, from 1.
    private static let lists: Set<String> = ["identity.citizenships", "identity.documents"]

    private func problem(_ message: String) -> RowProblem { RowProblem(line: number, message: message) }
}
