import CEL

/// One fact that an expression of a policy may read, such as `requester.entity`.
///
/// The one home of a new fact: add a case to the enumeration of its record with type and documentation, and its value in
/// `FactWriter.swift`; the checker of expressions, `devshare policy facts` and the analysis of rules know it then.
package enum FactField: Hashable, Sendable {
    case requester(ParticipantField)
    case owner(ParticipantField)
    case device(DeviceField)
    case identity(IdentityField)
    case consent(ConsentField)
    case session(SessionField)
    case request(RequestField)
    /// Which there are, each policy says for itself.
    case declared(DeclaredField)

    /// Those that every policy may read.
    static let all: [FactField] =
        ParticipantField.allCases.map(FactField.requester) + ParticipantField.allCases.map(FactField.owner)
        + DeviceField.allCases.map(FactField.device) + IdentityField.allCases.map(FactField.identity)
        + ConsentField.allCases.map(FactField.consent) + SessionField.allCases.map(FactField.session)
        + RequestField.allCases.map(FactField.request)

    /// The record that it is a field of.
    package var record: FactRecord {
        switch self {
        case .requester: .requester
        case .owner: .owner
        case .device: .device
        case .identity: .identity
        case .consent: .consent
        case .session: .session
        case .request: .request
        case .declared(let field): field.record
        }
    }

    private var declaration: FactDeclaration {
        switch self {
        case .requester(let field), .owner(let field): field.declaration
        case .device(let field): field.declaration
        case .identity(let field): field.declaration
        case .consent(let field): field.declaration
        case .session(let field): field.declaration
        case .request(let field): field.declaration
        case .declared(let field): field.declaration
        }
    }

    package var name: String {
        switch self {
        case .requester(let field), .owner(let field): field.name
        case .device(let field): field.name
        case .identity(let field): field.name
        case .consent(let field): field.name
        case .session(let field): field.name
        case .request(let field): field.name
        case .declared(let field): field.id
        }
    }

    /// As an expression spells it: `requester.entity`.
    package var path: String { "\(record.rawValue).\(name)" }

    package var type: CELType { declaration.type }

    /// What it holds, as a phrase.
    package var documentation: String { declaration.documentation }
}

/// The records that facts are grouped in.
package enum FactRecord: String, CaseIterable, Hashable, Sendable {
    case requester, owner, device, identity, consent, session, request, input, counter

    package var documentation: String {
        switch self {
        case .requester: "the user who wants to log in with another's device"
        case .owner: "the user whose device is asked for"
        case .device: "the device asked for"
        case .identity: "the participants' identity data, compared"
        case .consent: "the owner's consent, as the portal obtained it"
        case .session: "how the requester had logged in, as the portal says"
        case .request: "the request as a whole"
        case .input: "what the policy asks the portal for with each request"
        case .counter: "what the policy has counted of the log"
        }
    }

    /// Those that every policy may read.
    package var fields: [FactField] { FactField.all.filter { $0.record == self } }
}

/// Type and meaning of a fact.
struct FactDeclaration {
    let type: CELType
    let documentation: String

    init(_ type: CELType, _ documentation: String) {
        self.type = type
        self.documentation = documentation
    }
}

// MARK: - The fields of each record

package enum ParticipantField: Int, CaseIterable, Hashable, Sendable {
    case id, entity, entityKind, person, adult, registeredAt, hasDevice, highestLevel, hasTemporaryDevice, temporaryDevice,
        deviceKinds

    /// As expressions spell it.
    package var name: String { String(describing: self) }

    var declaration: FactDeclaration {
        switch self {
        case .id: FactDeclaration(.string, "id of the user")
        case .entity: FactDeclaration(.string, "id of the entity that the user belongs to")
        case .entityKind: FactDeclaration(.string, "'individual' or 'organization'")
        case .person: FactDeclaration(.string, "id of the person who uses the login; '' where that is not known")
        case .adult: FactDeclaration(.string, "whether that person is of age: 'yes', 'no' or 'unknown'")
        case .registeredAt: FactDeclaration(.timestamp, "when the user was registered")
        case .hasDevice: FactDeclaration(.bool, "whether the user has a physical device in force")
        case .highestLevel: FactDeclaration(.int, "highest level of the user's physical devices in force; 0 without one")
        case .hasTemporaryDevice: FactDeclaration(.bool, "whether the user has a temporary device in force")
        case .temporaryDevice: FactDeclaration(.string, "id of that device, the first in order of ids; '' without one")
        case .deviceKinds: FactDeclaration(.list(.string), "kinds of the user's devices in force, one for each device")
        }
    }
}

package enum DeviceField: Int, CaseIterable, Hashable, Sendable {
    case id, kind, level, shareable, physical, temporary, activatedAt, sharedWith

    /// As expressions spell it.
    package var name: String { String(describing: self) }

    var declaration: FactDeclaration {
        switch self {
        case .id: FactDeclaration(.string, "id of the device")
        case .kind: FactDeclaration(.string, "id of its kind in the catalogue of devices")
        case .level: FactDeclaration(.int, "security level of its kind; 0 where the catalogue lacks the kind")
        case .shareable: FactDeclaration(.bool, "whether devices of its kind may be shared")
        case .physical: FactDeclaration(.bool, "whether it is a thing that one holds")
        case .temporary: FactDeclaration(.bool, "whether it stands in for another until that one arrives or is found")
        case .activatedAt: FactDeclaration(.timestamp, "when it was activated")
        case .sharedWith: FactDeclaration(.int, "how many other users log in with it now")
        }
    }
}

package enum IdentityField: Int, CaseIterable, Hashable, Sendable {
    case identical, contradicts, mismatches, missing
    case dateOfBirth, citizenship, residence, document, socialSecurityNumber, usPerson

    /// As expressions spell it.
    package var name: String { String(describing: self) }

    var declaration: FactDeclaration {
        switch self {
        case .identical: FactDeclaration(.bool, "whether every attribute that must match does")
        case .contradicts: FactDeclaration(.bool, "whether an attribute that must match differs")
        case .mismatches: FactDeclaration(.list(.string), "attributes that must match and differ")
        case .missing: FactDeclaration(.list(.string), "attributes that must match and could not be compared")
        case .dateOfBirth: FactDeclaration(.string, "date of birth: 'match', 'mismatch' or 'missing'")
        case .citizenship: FactDeclaration(.string, "citizenship: 'match', 'mismatch' or 'missing'")
        case .residence: FactDeclaration(.string, "country of legal residence: 'match', 'mismatch' or 'missing'")
        case .document: FactDeclaration(.string, "identity document: 'match', 'mismatch' or 'missing'")
        case .socialSecurityNumber: FactDeclaration(.string, "social security number: 'match', 'mismatch' or 'missing'")
        case .usPerson: FactDeclaration(.bool, "whether both are known to be US citizens or residents")
        }
    }
}

package enum ConsentField: Int, CaseIterable, Hashable, Sendable {
    case given, givenAt, method

    /// As expressions spell it.
    package var name: String { String(describing: self) }

    var declaration: FactDeclaration {
        switch self {
        case .given: FactDeclaration(.bool, "whether the owner's consent came with the request")
        case .givenAt: FactDeclaration(.timestamp, "when the owner consented; 1970-01-01T00:00:00Z without a consent")
        case .method: FactDeclaration(.string, "how the owner consented, in the portal's words; '' without a consent")
        }
    }
}

package enum SessionField: Int, CaseIterable, Hashable, Sendable {
    case given, methods, level, authenticatedAt

    /// As expressions spell it.
    package var name: String { String(describing: self) }

    var declaration: FactDeclaration {
        switch self {
        case .given: FactDeclaration(.bool, "whether the portal said how the requester had logged in")
        case .methods: FactDeclaration(.list(.string), "methods of authentication, such as 'pwd', 'otp', 'hwk' (RFC 8176)")
        case .level: FactDeclaration(.int, "how far the session is to be trusted, 0 to 10; 0 where the portal did not say")
        case .authenticatedAt:
            FactDeclaration(.timestamp, "when the requester logged in; 1970-01-01T00:00:00Z where the portal did not say")
        }
    }
}

package enum RequestField: Int, CaseIterable, Hashable, Sendable {
    case submittedAt, decidedAt, highestLevel, recommendedDevice

    /// As expressions spell it.
    package var name: String { String(describing: self) }

    var declaration: FactDeclaration {
        switch self {
        case .submittedAt: FactDeclaration(.timestamp, "when the request was submitted")
        case .decidedAt: FactDeclaration(.timestamp, "the moment of this decision")
        case .highestLevel:
            FactDeclaration(
                .int, "highest level of both participants' physical devices in force; above all where the catalogue lacks a kind")
        case .recommendedDevice:
            FactDeclaration(.string, "a device of the owner's that is shareable and of that level; '' where there is none")
        }
    }
}
