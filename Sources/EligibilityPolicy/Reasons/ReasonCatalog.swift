/// The reasons that a policy knows: those that it defines, and what clients may be told of each code.
public struct ReasonCatalog: Sendable {
    /// Those that the policy defines, in the order of the file.
    public let reasons: [PolicyReason]
    /// What the file says of the program's own codes, in its order.
    public let disclosures: [(code: SharingErrorCode, disclosure: Disclosure)]
    private let byID: [PolicyReasonID: PolicyReason]
    /// Where the chain of disclosures ends, for each code that is not told as itself.
    private let ends: [ReasonCode: Disclosure]

    /// The program's own codes alone, each told as itself.
    public static let none = ReasonCatalog([], disclosures: [])

    init(_ reasons: [PolicyReason], disclosures: [(code: SharingErrorCode, disclosure: Disclosure)]) {
        self.reasons = reasons
        self.disclosures = disclosures
        byID = Dictionary(reasons.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var written: [ReasonCode: Disclosure] = [:]
        for (code, disclosure) in disclosures { written[.builtIn(code)] = disclosure }
        for reason in reasons { written[.ofPolicy(reason.id)] = reason.disclosure }
        var ends: [ReasonCode: Disclosure] = [:]
        for code in written.keys {
            let end = Self.end(of: code, in: written)
            if end != .itself { ends[code] = end }
        }
        self.ends = ends
    }

    /// Nil where the policy defines no such reason.
    public subscript(id: PolicyReasonID) -> PolicyReason? { byID[id] }

    /// What clients are told in place of a code; a reason that is told in its place is one that is told as itself.
    public func disclosure(of code: ReasonCode) -> Disclosure { ends[code] ?? .itself }

    /// The parameters of a code; nil where the policy defines no such reason.
    public func parameters(of code: ReasonCode) -> [ErrorParameter]? {
        switch code {
        case .builtIn(let code): code.parameters
        case .ofPolicy(let id): byID[id]?.parameters
        }
    }

    /// Follows a disclosure to its end; a circle, which no policy in force has, ends with nothing.
    private static func end(of code: ReasonCode, in written: [ReasonCode: Disclosure]) -> Disclosure {
        var place = code
        var seen: Set<ReasonCode> = []
        while seen.insert(place).inserted {
            switch written[place] ?? .itself {
            case .itself: return place == code ? .itself : .another(place)
            case .nothing: return .nothing
            case .another(let next): place = next
            }
        }
        return .nothing
    }
}

extension ErrorParameter {
    /// Whether a reason that is told to clients in another's place must find this parameter there.
    var isToldAlways: Bool { !isConfidential && !mayBeEmpty }
}
