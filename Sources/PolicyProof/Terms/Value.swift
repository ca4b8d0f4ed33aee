import CEL

/// What an expression is worth on facts that are not known yet.
indirect enum Value {
    case known(CELValue)
    /// A whole number.
    case integer(Linear)
    /// A span, in nanoseconds.
    case span(Linear)
    /// A moment, in nanoseconds since the Unix epoch.
    case moment(Linear)
    /// `double(…)` of a whole number.
    case real(Linear)
    case text(TextVariable)
    /// How many code points a text has.
    case size(TextVariable)
    /// The highest level of somebody's physical devices.
    case level(HighestLevel)
    /// A list whose elements, in no order, occur as often as variables say.
    case bag([(element: Value, count: Int)])
    case list([Value])
    /// The evaluation fails.
    case failure
    /// Outside what is understood. The bytes spell all that it depends on, so that equal ones have equal values.
    case opaque(OpaqueKey)
}

/// Spells an expression that is not understood, with the meaning of the names in it.
struct OpaqueKey: Hashable {
    /// As the author wrote it.
    let text: String
    /// What the names in it stand for.
    let context: String

    static func == (left: OpaqueKey, right: OpaqueKey) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8) && left.context.utf8.elementsEqual(right.context.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        for byte in context.utf8 { hasher.combine(byte) }
    }
}

/// The value of a condition.
enum Truth: Int, Hashable, CaseIterable {
    case no, yes, failure

    init(_ flag: Bool) { self = flag ? .yes : .no }
}

enum Side: Int, Hashable, CaseIterable {
    case requester, owner
}

/// A text among the facts.
enum TextVariable: Hashable {
    case id(Side)
    case entity(Side)
    /// Who uses the login; '' where that is not known.
    case person(Side)
    case deviceID
    case method
    /// A word that a policy declares, by its place in ``World/declared``.
    case declared(Int)
    /// The spelling of a kind of device that neither catalogue has and no expression names.
    case unlistedKind(Int)
    /// The id of a participant's first temporary device, where that is not the device asked for; by the policies' catalogues,
    /// which may see different devices as temporary.
    case temporaryDevice(Side, catalog: Int)
    /// A device of the owner's, not the one asked for, that a policy recommends.
    case recommendedDevice(catalog: Int)

    /// Whether it is a device of the owner's, but not the one asked for.
    var isOtherDevice: Bool {
        switch self {
        case .temporaryDevice(.owner, _), .recommendedDevice: true
        case .temporaryDevice(.requester, _), .id, .entity, .person, .deviceID, .method, .declared, .unlistedKind: false
        }
    }
}

/// `highestLevel` of one participant or of both, under one policy's catalogue.
struct HighestLevel: Hashable {
    let sides: [Side]
    let catalog: Int
}

/// What is found out of a text.
enum TextAtom: Hashable {
    case pattern(TextVariable, TextPattern)
    /// In a fixed order.
    case same(TextVariable, TextVariable)
}

/// A fact of few values.
enum Choice: Hashable {
    case entityKind(Side)
    /// The place in `Adulthood.allCases`.
    case adult(Side)
    case consent
    /// Whether the portal says how the requester had logged in: no, yes.
    case session
    /// What sort of value there is of what a policy declares, as the place in ``DeclaredVariable/shapes``.
    case declaredShape(Int)
    /// Whether a flag is set that a policy declares, by its place in ``World/declared``.
    case declared(Int)
    /// The place of the asked device's kind in ``World/kinds``.
    case askedKind
    /// The place in ``World/identities``.
    case identity
    /// Whether the temporary device that a participant has, under a catalogue, is the one asked for.
    case askedIsTemporary(catalog: Int)
    /// Something that is not understood: no, yes, or failure.
    case opaque(OpaqueKey)
}
