import EligibilityPolicy

/// What is wrong with one member of a body, one parameter or one header. Never with its value.
package struct FieldProblem: Error, Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        /// A JSON Pointer (RFC 6901) into the body; empty for the body as a whole.
        case pointer(String)
        /// A parameter of the path or the query.
        case parameter(String)
        case header(String)
    }

    package enum Kind: Hashable, Sendable {
        case missing
        case unknown
        case wrongKind(ValueNoun)
        case misshapen(TextShape)
        case outOfRange(ClosedRange<Int64>)
        /// Elements of an array, at most.
        case tooMany(Int)
        /// Given more than once.
        case repeated
        /// A body is no gzip, or ends in the middle of it.
        case notGzip
        /// Not beside that other parameter.
        case notBeside(String)
        /// A part of a list that is no page of it.
        case noPage
        /// Not of the part of the directory that a list is of.
        case outOfScope
        /// What the domain says of it, in its own words.
        case refused(String)
    }

    /// Problems of one request that are reported; more are not looked for.
    package static let most = 50

    let place: Place
    package let kind: Kind

    package init(_ place: Place, _ kind: Kind) {
        self.place = place
        self.kind = kind
    }
}

extension FieldProblem.Kind {
    /// Stable, for programs.
    var code: String {
        switch self {
        case .missing: "missing"
        case .unknown: "unknown"
        case .wrongKind: "wrong-kind"
        case .misshapen: "misshapen"
        case .outOfRange: "out-of-range"
        case .tooMany: "too-many"
        case .repeated: "repeated"
        case .notGzip: "not-gzip"
        case .notBeside: "not-beside"
        case .noPage: "no-page"
        case .outOfScope: "out-of-scope"
        case .refused: "refused"
        }
    }

    var text: LocalizedText {
        switch self {
        case .missing: .of("is required", "必須提供", "必须提供")
        case .unknown: .of("is not known here", "無法識別", "无法识别")
        case .wrongKind(let noun):
            .of("must be \(noun.english)", "必須是\(noun.traditionalChinese)", "必须是\(noun.simplifiedChinese)")
        case .misshapen(let shape): shape.text
        case .outOfRange(let range):
            .of(
                "must be a whole number from \(range.lowerBound) to \(range.upperBound)",
                "必須是 \(range.lowerBound) 至 \(range.upperBound) 的整數", "必须是 \(range.lowerBound) 至 \(range.upperBound) 的整数"
            )
        case .tooMany(let limit): .of("must have at most \(limit) elements", "最多 \(limit) 個元素", "最多 \(limit) 个元素")
        case .repeated: .of("must be given once", "只能提供一次", "只能提供一次")
        case .notGzip: .of("says gzip, which the body is not", "表示 gzip，但內文並非 gzip", "表示 gzip，但正文并非 gzip")
        case .notBeside(let other): .of("cannot be given beside \(other)", "不可與 \(other) 同時提供", "不可与 \(other) 同时提供")
        case .noPage:
            .of(
                "must be the `next` of a page of the same list", "須為同一清單某頁的 next", "须为同一列表某页的 next")
        case .outOfScope: .of("is not of the part that the list is of", "不屬於此清單所涵蓋的範圍", "不属于此列表所涵盖的范围")
        case .refused(let words): .of(words, words, words)
        }
    }
}

extension TextShape {
    fileprivate var text: LocalizedText {
        switch self {
        case .identifier:
            .of(
                "must have 1 to 64 letters, digits and . _ @ : -", "須為 1 至 64 個字母、數字或 . _ @ : -",
                "须为 1 至 64 个字母、数字或 . _ @ : -")
        case .uuid: .of("must be a UUID", "須為 UUID", "须为 UUID")
        case .moment:
            .of(
                "must be a moment as RFC 3339 has it, such as 2026-11-24T10:00:00Z",
                "須為 RFC 3339 時間，例如 2026-11-24T10:00:00Z", "须为 RFC 3339 时间，例如 2026-11-24T10:00:00Z")
        case .reasonCode:
            .of(
                "must be the code of a reason, such as device-widely-shared or policy.outside-office-hours",
                "須為原因代碼，例如 device-widely-shared 或 policy.outside-office-hours",
                "须为原因代码，例如 device-widely-shared 或 policy.outside-office-hours")
        case .choice(let choices):
            .of(
                "must be one of \(choices.joined(separator: ", "))", "須為以下之一：\(choices.joined(separator: "、"))",
                "须为以下之一：\(choices.joined(separator: "、"))")
        case .text(let count):
            .of(
                "must have \(count.lowerBound) to \(count.upperBound) characters, none of them zero (U+0000)",
                "須為 \(count.lowerBound) 至 \(count.upperBound) 個字元，不可有空字元（U+0000）",
                "须为 \(count.lowerBound) 至 \(count.upperBound) 个字符，不可有空字符（U+0000）")
        case .printable(let count):
            .of(
                "must have \(count.lowerBound) to \(count.upperBound) printable ASCII characters",
                "須為 \(count.lowerBound) 至 \(count.upperBound) 個可列印 ASCII 字元",
                "须为 \(count.lowerBound) 至 \(count.upperBound) 个可打印 ASCII 字符")
        case .tileIndex:
            .of(
                "must be the place of a tile, such as x001/x234/067 or 000.p/17", "須為圖塊位置，例如 x001/x234/067 或 000.p/17",
                "须为图块位置，例如 x001/x234/067 或 000.p/17")
        case .logPoint:
            .of(
                "must be a point of the log such as 4711-1f3a9c04, or 0", "須為日誌的一點，例如 4711-1f3a9c04，或 0",
                "须为日志的一点，例如 4711-1f3a9c04，或 0")
        case .logCursor:
            .of(
                "must be where a page or an event of the stream said to go on, such as 4711-1f3a9c04, or a position",
                "須為頁面或事件流所示的繼續位置，例如 4711-1f3a9c04，或位置編號", "须为页面或事件流所示的继续位置，例如 4711-1f3a9c04，或位置编号")
        case .entityTags:
            .of(
                "must be * or entity tags such as \"v1\", \"v2\"", "須為 * 或實體標籤，例如 \"v1\", \"v2\"",
                "须为 * 或实体标签，例如 \"v1\", \"v2\"")
        case .digest: .of("must have 64 hexadecimal digits", "須為 64 個十六進位數字", "须为 64 个十六进制数字")
        }
    }
}

extension ValueNoun {
    fileprivate var english: String {
        switch self {
        case .string: "a string"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .array: "an array"
        case .object: "an object"
        case .value: "a value"
        }
    }

    fileprivate var traditionalChinese: String {
        switch self {
        case .string: "字串"
        case .integer: "整數"
        case .boolean: "true 或 false"
        case .array: "陣列"
        case .object: "物件"
        case .value: "值"
        }
    }

    fileprivate var simplifiedChinese: String {
        switch self {
        case .string: "字符串"
        case .integer: "整数"
        case .boolean: "true 或 false"
        case .array: "数组"
        case .object: "对象"
        case .value: "值"
        }
    }
}

extension LocalizedText {
    static func of(_ english: String, _ traditionalChinese: String, _ simplifiedChinese: String) -> LocalizedText {
        LocalizedText(english: english, traditionalChinese: traditionalChinese, simplifiedChinese: simplifiedChinese)
    }
}
