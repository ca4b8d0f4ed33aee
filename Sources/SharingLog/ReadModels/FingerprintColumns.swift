import Canonical
import DeviceSharing
import EligibilityPolicy
import PostgreSQL

/// The columns of `devshare.identity_fingerprint` in the order that every query here selects them.
package enum FingerprintColumns {
    package static let list =
        "user_id, key_id, us_person, date_of_birth, citizenship, residence, document, social_security_number"

    private static let attributes: [(name: String, attribute: IdentityAttribute)] = [
        ("date_of_birth", .dateOfBirth), ("citizenship", .citizenship), ("residence", .residence), ("document", .document),
        ("social_security_number", .socialSecurityNumber),
    ]

    package static func decode(_ row: Row) throws(PostgreSQLError) -> (UserID, IdentityFingerprints) {
        var values: [IdentityAttribute: [UInt8]] = [:]
        for (column, (_, attribute)) in attributes.enumerated() {
            let value: [UInt8]? = try row.decode(3 + column)
            values[attribute] = value
        }
        let (user, key, isUSPerson): (String, String, Bool) = (try row.decode(0), try row.decode(1), try row.decode(2))
        return (UserID(trusted: user), IdentityFingerprints(keyID: key, isUSPerson: isUSPerson, values: values))
    }

    /// The row as `devshare.directory_apply` takes it.
    static func json(of fingerprints: IdentityFingerprints, user: UserID) -> JSONObject {
        var row = JSONObject()
        row["user_id"] = .string(user.rawValue)
        row["key_id"] = .string(fingerprints.keyID)
        row["us_person"] = .bool(fingerprints.isUSPerson)
        for (name, attribute) in attributes {
            row[name] = fingerprints.values[attribute].map { .string($0.hex) }
        }
        return row
    }
}
