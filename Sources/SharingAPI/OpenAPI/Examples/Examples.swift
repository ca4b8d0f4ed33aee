import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge

/// An example of each shape that a body of the API has as a whole, by the shape's name. They tell one story: maria01 logs in with
/// the card of maria02.
enum Examples {
    /// Nil for a shape that has none: an object that may be anything.
    static func of(_ schema: Schema) -> JSONValue? {
        switch schema {
        case .object(let object):
            guard let name = object.name else { return object.members.isEmpty ? [:] : nil }
            return all[name]
        case .tagged(let tagged): return tagged.alternatives.first.flatMap { of(.object($0.schema)) }
        case .string, .integer, .boolean, .array, .anyObject, .any: return nil
        }
    }

    static let all = Dictionary(
        uniqueKeysWithValues: (DirectoryExamples.all + SharingExamples.all + LedgerExamples.all + WebhookExamples.all
            + ServiceExamples.all))

    typealias Named = [(String, JSONValue)]

    static let noon: JSONValue = "2026-11-24T10:00:00.000000Z"
    static let aMinuteBefore: JSONValue = "2026-11-24T09:59:00.000000Z"
    static let thisMorning: JSONValue = "2026-11-24T08:30:00.000000Z"
    static let twoDaysLater: JSONValue = "2026-11-26T10:00:00.000000Z"
    static let lastYear: JSONValue = "2025-03-01T09:00:00.000000Z"
    static let request: JSONValue = "019ab543-6e80-7a3e-81e0-55de83d4f975"
    static let digest: JSONValue = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    static func page(of items: JSONValue...) -> JSONValue { ["items": .array(items)] }
}

enum DirectoryExamples {
    static let all: Examples.Named = [
        (
            "UserRecord",
            [
                "entity": "maria", "entityKind": "individual", "person": "P-4711", "adult": "yes",
                "registeredAt": "2025-03-01T09:00:00Z",
            ]
        ),
        ("IdentityRecord", identity), ("User", user),
        ("DeviceRecord", ["holder": "maria02", "kind": "dsc-plus", "activatedAt": "2025-03-01T09:00:00Z"]),
        ("Device", device), ("Deactivation", ["reason": "replaced"]),
        (
            "ImportedUser",
            [
                "type": "user", "id": "maria01", "entity": "maria", "entityKind": "individual",
                "registeredAt": "2025-03-01T09:00:00Z",
            ]
        ),
        (
            "ImportedDevice",
            [
                "type": "device", "id": "DSC-7", "holder": "maria02", "kind": "dsc-plus", "activatedAt": "2025-03-01T09:00:00Z",
            ]
        ),
        ("ImportResult", ["line": 1, "status": "recorded"]),
        (
            "UserPage",
            [
                "items": [
                    [
                        "id": "maria01", "entity": "maria", "entityKind": "individual", "registeredAt": Examples.lastYear,
                        "status": "open",
                    ]
                ], "asOf": asOf,
            ]
        ),
        (
            "DevicePage",
            [
                "items": [
                    [
                        "id": "DSC-7", "holder": "maria02", "kind": "dsc-plus", "status": "active",
                        "activatedAt": Examples.lastYear,
                    ]
                ], "asOf": asOf,
            ]
        ),
        (
            "DirectorySync",
            [
                "applied": false, "missing": ["users": 1, "devices": 1, "total": 2], "missingUsers": ["tom04"],
                "missingDevices": ["DSC-9"], "lines": ["read": 240, "recorded": 0, "refused": 0], "problems": [],
            ]
        ),
        (
            "Receipt",
            ["subject": "device/DSC-7", "recordedAt": Examples.noon, "firstPosition": 42, "lastPosition": 43]
        ),
    ]

    private static let asOf: JSONValue = "4711-9f86d081"

    private static let identity: JSONValue = [
        "dateOfBirth": "1984-02-29", "citizenships": ["DE", "TR"], "residence": "SG",
        "document": ["type": "passport", "number": "C01X00T47", "issuingCountry": "DE"],
    ]

    private static let user: JSONValue = [
        "id": "maria01", "entity": "maria", "entityKind": "individual", "person": "P-4711", "adult": "yes",
        "registeredAt": Examples.lastYear, "status": "open", "devices": ["SLS-3"],
        "identity": ["keyId": "2026-1", "attributes": ["date-of-birth", "citizenship"]],
        "loginSharing": Examples.request, "loginDevice": "DSC-7",
    ]

    private static let device: JSONValue = [
        "id": "DSC-7", "holder": "maria02", "kind": "dsc-plus", "status": "active", "activatedAt": Examples.lastYear,
        "sharings": [["sharing": Examples.request, "user": "maria01"]],
    ]
}

enum SharingExamples {
    static let all: Examples.Named = [
        (
            "NewShareRequest",
            [
                "requester": "maria01", "owner": "maria02", "device": "DSC-7", "consent": consent, "session": session,
                "inputs": inputs,
            ]
        ),
        ("Assessment", ["outcome": "review", "reasons": [reason]]),
        ("ShareRequest", request), ("ShareRequestPage", Examples.page(of: summary)),
        ("Note", ["note": "no longer needed"]), ("NoteText", ["text": "called the owner back"]),
        ("RejectionReason", ["reason": "consent-doubtful", "note": "the owner could not be reached"]),
        ("SharingEnd", ["by": "owner", "consent": consent, "note": "card replaced"]),
        ("Sharing", sharing), ("SharingPage", Examples.page(of: sharing)),
        (
            "Candidates",
            [
                "items": [
                    [
                        "device": "DSC-7", "kind": "dsc-plus", "level": 30, "owner": "maria02", "outcome": "approve",
                        "reasons": [],
                    ]
                ]
            ]
        ),
    ]

    private static let session: JSONValue = [
        "methods": ["otp", "pwd"], "level": 2, "authenticatedAt": "2026-11-24T09:58:00Z",
    ]

    private static let inputs: JSONValue = ["riskBand": "low", "terminalKnown": true]

    private static let consent: JSONValue = [
        "type": "asserted", "method": "device-challenge", "givenAt": "2026-11-24T09:59:00Z", "reference": "C-4711",
    ]

    private static let reason: JSONValue = [
        "code": "device-recently-activated", "title": "The device was activated recently",
        "detail": "Device DSC-7 was activated at 2026-11-24T08:30:00Z.",
        "advice": "Wait for compliance, who look at the request.",
        "parameters": ["device": "DSC-7", "activatedAt": Examples.thisMorning, "minimumDays": 7],
    ]

    private static let request: JSONValue = [
        "id": Examples.request, "state": "compliance-pending", "requester": "maria01", "owner": "maria02", "device": "DSC-7",
        "submittedAt": Examples.noon, "expiresAt": Examples.twoDaysLater, "approvalsRequired": 1, "reasons": [reason],
        "consent": [
            "type": "asserted", "method": "device-challenge", "givenAt": Examples.aMinuteBefore, "reference": "C-4711",
        ],
        "session": session, "inputs": inputs,
    ]

    private static let summary: JSONValue = [
        "id": Examples.request, "state": "active", "requester": "maria01", "owner": "maria02", "device": "DSC-7",
        "submittedAt": Examples.noon, "decidedAt": Examples.noon, "reasons": [],
    ]

    private static let sharing: JSONValue = [
        "id": Examples.request, "user": "maria01", "owner": "maria02", "device": "DSC-7", "since": Examples.noon,
    ]
}

enum LedgerExamples {
    static let all: Examples.Named = [
        ("EventList", Examples.page(of: event)), ("EventPage", ["items": [event], "next": "42-9f86d081", "asOf": "42-9f86d081"]),
        (
            "InclusionProof",
            ["position": 42, "leafHash": Examples.digest, "size": 64, "hashes": [Examples.digest]]
        ),
        ("ConsistencyProof", ["from": 42, "to": 64, "hashes": [Examples.digest]]),
    ]

    static let event: JSONValue = [
        "position": 42, "stream": .string("share-request/\(Examples.request.stringValue ?? "")"), "version": 3,
        "type": "sharing-activated", "schemaVersion": 1, "recordedAt": Examples.noon, "leafHash": Examples.digest,
        "metadata": ["actor": "my-backend", "role": "portal", "v": 2], "data": [:],
    ]
}

enum WebhookExamples {
    static let all: Examples.Named = [
        ("NewWebhook", ["url": "https://hooks.example/device-sharing", "eventTypes": ["sharing-activated"]]),
        ("Webhook", webhook), ("WebhookList", Examples.page(of: webhook)),
        (
            "WebhookSecret",
            ["id": .string(EventExamples.webhook), "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw3vXQ0ywzZ9k="]
        ),
        ("SecretRotation", ["keepHours": 24]), ("WebhookTest", ["taken": true, "status": 204]),
        ("Replay", ["stream": "device/DSC-7"]), ("DeliveryPage", Examples.page(of: delivery)),
    ]

    private static let webhook: JSONValue = [
        "id": .string(EventExamples.webhook), "url": "https://hooks.example/device-sharing",
        "eventTypes": ["sharing-activated"], "audience": "internal", "confidential": false, "state": "active", "position": 42,
        "createdAt": Examples.lastYear, "createdBy": "operations", "waiting": 1, "parked": 0,
    ]

    private static let delivery: JSONValue = [
        "stream": "device/DSC-7", "position": 40, "eventType": "device-shared", "lastPosition": 42, "state": "waiting",
        "attempts": 2, "firstAttemptAt": Examples.aMinuteBefore, "attemptedAt": Examples.noon, "dueAt": Examples.noon,
        "status": 503, "problem": "not-taken: the receiver answered with 503",
    ]
}

enum ServiceExamples {
    static let all: Examples.Named = [
        ("Health", ["status": "ok"]),
        (
            "Readiness",
            [
                "status": "ready", "database": true, "writes": true, "migrations": true, "clock": true, "policy": true,
                "serving": true,
            ]
        ),
        (
            "LedgerReadiness",
            [
                "ledger": "default", "status": "not-ready", "database": true, "writes": true, "migrations": true,
                "clock": false, "policy": true, "serving": true, "log": true,
                "problems": [["check": "clock", "code": "clock-ahead"]],
            ]
        ),
        ("Problem", problem),
        ("ProblemEntry", problemEntry), ("ProblemList", ["items": [problemEntry]]),
    ]

    private static let problemEntry: JSONValue = [
        "code": "user-not-found", "type": "/problems/user-not-found", "status": 404, "title": "No such user",
        "detail": "There is no user named ‹user›.", "advice": "Check the login name.",
        "parameters": [["name": "user", "kind": "identifier", "description": "a user"]],
        "texts": .object(
            .of(
                Language.allCases.map { language in
                    (
                        language.rawValue,
                        [
                            "title": "No such user", "detail": "There is no user named ‹user›.",
                            "advice": "Check the login name.",
                        ]
                    )
                })),
    ]

    static let problem: JSONValue = [
        "type": "/problems/request-invalid", "title": "The request is not valid", "status": 400,
        "detail": "The request has not the form that this operation takes.", "advice": "Correct the places that are named.",
        "code": "request-invalid", "requestId": "6f0f3c5e0a1b4f0e",
        "errors": [["pointer": "/owner", "code": "missing", "detail": "is required"]],
    ]
}
