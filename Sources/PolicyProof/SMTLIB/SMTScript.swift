import CEL
import EligibilityPolicy

/// The question of a ``PolicyComparison`` as a script in SMT-LIB 2.6, for a solver such as z3 or cvc5:
/// is there a request on which the new policy is looser than the old one, and is there one on which it is stricter?
///
/// ```swift
/// let script = SMTScript(old: inForce, new: candidate)
/// script.text    // z3 prints: looser sat stricter unsat
/// ```
///
/// The script asks about the same facts, with the same expressions left free, as the comparison does, but is made without its
/// search: so a solver that comes to the same answer is evidence for both. A solver's `sat` is a request only where no free
/// constant is needed for it; its `unsat` is a proof. SMT-LIB: Barrett, Fontaine, Tinelli, "The SMT-LIB Standard, Version 2.6".
package struct SMTScript {
    /// The script, with comments in plain English on what each constant is.
    package let text: String
    /// Expressions that are not understood, as authors wrote them: each is a free constant.
    package let free: [String]

    package init(old: Policy, new: Policy) {
        let world = World([old, new], steps: .max)
        var writer = Writer(SMTTranslation(world, unit: 1_000))
        if writer.translation.isTooCoarse { writer = Writer(SMTTranslation(world, unit: 1)) }
        text = writer.text
        free = writer.free
    }

    // MARK: Names

    private static let reserved: Set<String> = ["let", "forall", "exists", "match", "par", "as", "not", "and", "or", "ite"]

    /// A name as a symbol of SMT-LIB.
    static func symbol(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        let isNumber = name.utf8.first.map { $0 < UInt8(ascii: "A") } ?? true
        if isPlain, !isNumber, !reserved.contains(name) { return name }
        return "|\(name.map { $0.isASCII && $0 != "|" && $0 != "\\" && !$0.isNewline ? $0 : "_" }.map(String.init).joined())|"
    }

    /// By its place where its name cannot be written.
    static func kindName(_ kind: Int, in world: World) -> String {
        guard case .named(let name) = world.kinds[kind] else { return "unnamed-\(kind)" }
        return symbol("kind.\(name)").hasPrefix("|") ? "number-\(kind)" : "named.\(name)"
    }

    static func kindSymbol(_ kind: Int, in world: World) -> String { "kind.\(kindName(kind, in: world))" }

    static func declaredName(_ place: Int, in world: World) -> String {
        name(of: .declared(place)) + ".\(world.declared[place].source)"
    }

    static func name(of text: TextVariable) -> String {
        func user(_ side: Side) -> String { side == .requester ? "requester" : "owner" }
        return switch text {
        case .id(let side): "\(user(side)).id"
        case .entity(let side): "\(user(side)).entity"
        case .person(let side): "\(user(side)).person"
        case .deviceID: "device.id"
        case .method: "consent.method"
        case .declared(let place): "declared.\(place + 1)"
        case .unlistedKind(let number): "unnamed-kind.\(number + 1)"
        case .temporaryDevice(let side, let catalog): "\(user(side)).temporaryDevice.\(catalog)"
        case .recommendedDevice(let catalog): "request.recommendedDevice.\(catalog)"
        }
    }
}
