import Canonical

/// How the requester had logged in when the request was made, as the portal says.
public struct SessionFacts: Hashable, Sendable {
    /// In the order of their names, each once.
    public var methods: [AuthenticationMethod]
    /// How far the session is to be trusted, on the broker's own scale: 0 to 10.
    public var level: Int
    public var authenticatedAt: Timestamp

    public static let levels = 0...10

    public init(methods: [AuthenticationMethod], level: Int, authenticatedAt: Timestamp) {
        self.methods = Set(methods).sorted { $0.rawValue < $1.rawValue }
        self.level = level
        self.authenticatedAt = authenticatedAt
    }
}

extension SessionFacts {
    package var json: JSONValue {
        [
            "methods": JSONValue(methods.map(\.rawValue)), "level": .integer(Int64(level)),
            "authenticatedAt": JSONValue(authenticatedAt),
        ]
    }

    package func write(to writer: inout CanonicalJSONWriter) { writer.value(canonical: json.canonicalBytes()) }

    /// As canonical JSON.
    package var text: String { String(decoding: json.canonicalBytes(), as: UTF8.self) }

    /// The methods for people: `hwk, pwd`, and a dash for none.
    package var listedMethods: String {
        methods.isEmpty ? "–" : methods.map(\.rawValue).joined(separator: ", ")
    }

    /// A session with some of the methods, of some level, begun at that moment; or none.
    package static func sample(_ random: inout SplitMix64, at moment: Timestamp) -> SessionFacts? {
        guard random.below(4) > 0 else { return nil }
        let methods = (0..<random.below(4)).compactMap { _ in random.element(of: AuthenticationMethod.allCases) }
        return SessionFacts(methods: methods, level: random.below(levels.upperBound + 1), authenticatedAt: moment)
    }
}

/// How somebody proved who they are: the values that RFC 8176, section 2 defines for the claim `amr`.
public enum AuthenticationMethod: String, CaseIterable, Hashable, Sendable {
    /// Face recognition.
    case face
    /// Fingerprint.
    case fpt
    /// Where the person is.
    case geo
    /// Possession of a key in hardware.
    case hwk
    case iris
    /// Answers that only the person knows.
    case kba
    /// Several channels.
    case mca
    /// Several factors.
    case mfa
    /// A password of one use.
    case otp
    case pin
    /// Password.
    case pwd
    /// An assessment of risk.
    case rba
    case retina
    /// Smart card.
    case sc
    /// A text message.
    case sms
    /// Possession of a key in software.
    case swk
    /// A telephone call.
    case tel
    /// That somebody was there.
    case user
    /// Voice.
    case vbm
    /// Integrated Windows authentication.
    case wia
}
