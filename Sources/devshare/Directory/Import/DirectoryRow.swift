import Canonical
import DeviceSharing
import EligibilityPolicy

/// A row of a directory: a user, with identity data where they are given, a device, or what leaves.
enum DirectoryRow: Sendable {
    case user(RecordUser, IdentityData?)
    case device(RecordDevice)
    case deactivation(DeviceID, reason: String)
    case loss(DeviceID)
    case closing(UserID)

    static let userMembers = Set(
        [
            "type", "id", "entity", "entityKind", "person", "adult", "registeredAt", "identity.dateOfBirth",
            "identity.citizenship",
            "identity.residence", "identity.document.type", "identity.document.number", "identity.document.issuingCountry",
            "identity.socialSecurityNumber",
        ]
            + places(Citizenship.most).map { "identity.citizenships.\($0)" }
            + places(IdentityData.maximumDocuments).flatMap { place in
                ["type", "number", "issuingCountry"].map { "identity.documents.\(place).\($0)" }
            })
    static let deviceMembers: Set<String> = ["type", "id", "holder", "kind", "activatedAt", "expiresAt"]
    static let deactivationMembers: Set<String> = ["type", "id", "reason"]
    static let nameMembers: Set<String> = ["type", "id"]
    static let members = userMembers.union(deviceMembers).union(deactivationMembers)

    /// Places in a list of so many.
    static func places(_ count: Int) -> [Int] { Array(1...count) }

    /// Reads a row's members. Throws what is wrong, without any value.
    init(_ fields: [String: String], line: Int) throws(RowProblem) {
        let reader = FieldReader(fields: fields, line: line)
        if let (name, _) = fields.filter({ $0.value.utf8.contains(0) }).min(by: { $0.key < $1.key }) {
            throw reader.problem("\(Self.quotable(name)) must not have a zero byte (U+0000)")
        }
        switch fields["type"] {
        case "user":
            try reader.allow(Self.userMembers, in: "a user")
            let kind = try reader.text("entityKind")
            guard let entityKind = EntityKind(rawValue: kind) else {
                throw reader.problem("entityKind must be individual or organization")
            }
            let adult = fields["adult"].flatMap(Adulthood.init(rawValue:))
            guard fields["adult"] == nil || adult != nil else { throw reader.problem("adult must be yes, no or unknown") }
            self = .user(
                RecordUser(
                    user: try reader.identifier("id"), entity: try reader.identifier("entity"), entityKind: entityKind,
                    person: try fields["person"].map { _ throws(RowProblem) in try reader.identifier("person") }, adult: adult,
                    registeredAt: try reader.moment("registeredAt")),
                try reader.identity())
        case "device":
            try reader.allow(Self.deviceMembers, in: "a device")
            self = .device(
                RecordDevice(
                    device: try reader.identifier("id"), holder: try reader.identifier("holder"),
                    kind: DeviceKindID(rawValue: try reader.text("kind")), activatedAt: try reader.optionalMoment("activatedAt"),
                    expiresAt: try reader.optionalMoment("expiresAt")))
        case "device-deactivated":
            try reader.allow(Self.deactivationMembers, in: "a deactivation")
            self = .deactivation(try reader.identifier("id"), reason: try reader.text("reason"))
        case "device-lost":
            try reader.allow(Self.nameMembers, in: "a loss")
            self = .loss(try reader.identifier("id"))
        case "user-closed":
            try reader.allow(Self.nameMembers, in: "a closing")
            self = .closing(try reader.identifier("id"))
        default: throw reader.problem("type must be user, device, device-deactivated, device-lost or user-closed")
        }
    }

    /// A member's name for messages, unless it looks as if it were a value that has slipped out of its place.
    static func quotable(_ name: String) -> String {
        let isName =
            name.utf8.count <= 60 && name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0 == ".") }
        return isName && !name.isEmpty ? name : "a member"
    }
}

/// Reads members of a row.
private struct FieldReader {
    let fields: [String: String]
    let line: Int

    func problem(_ message: String) -> RowProblem { RowProblem(line: line, message: message) }

    func allow(_ members: Set<String>, in noun: String) throws(RowProblem) {
        guard let unknown = fields.keys.filter({ !members.contains($0) }).min() else { return }
        throw problem("\(DirectoryRow.quotable(unknown)) is no member of \(noun)")
    }

    func text(_ name: String) throws(RowProblem) -> String {
        guard let text = fields[name], !text.isEmpty else { throw problem("\(name) is missing") }
        return text
    }

    func identifier<ID: Identifier>(_ name: String) throws(RowProblem) -> ID {
        guard let id = ID(try text(name)) else { throw problem("\(name) must have 1 to 64 letters, digits and . _ @ : -") }
        return id
    }

    func moment(_ name: String) throws(RowProblem) -> Timestamp {
        guard let moment = Timestamp(try text(name)) else {
            throw problem("\(name) must be a moment as RFC 3339 has it, such as 2026-11-24T10:00:00Z")
        }
        return moment
    }

    func optionalMoment(_ name: String) throws(RowProblem) -> Timestamp? {
        fields[name] == nil ? nil : try moment(name)
    }

    /// Nil where the row has no identity data at all.
    func identity() throws(RowProblem) -> IdentityData? {
        guard fields.keys.contains(where: { $0.hasPrefix("identity.") }) else { return nil }
        let lists = DirectoryRow.places(IdentityData.maximumDocuments).map { "identity.documents.\($0)" }
        var documents: [IdentityDocument] = []
        for name in ["identity.document"] + lists {
            if let document = try document(name) { documents.append(document) }
        }
        let citizenships = ["identity.citizenship"] + DirectoryRow.places(Citizenship.most).map { "identity.citizenships.\($0)" }
        do throws(SharingError) {
            return try IdentityData(
                dateOfBirth: fields["identity.dateOfBirth"], citizenships: citizenships.compactMap { fields[$0] },
                residence: fields["identity.residence"], documents: documents,
                socialSecurityNumber: fields["identity.socialSecurityNumber"])
        } catch {
            let parts = ["attribute", "problem"].compactMap { error.parameters[$0]?.description }
            throw problem("\(error.code): \(parts.joined(separator: " "))")
        }
    }

    /// Nil where the row has none under that name.
    private func document(_ name: String) throws(RowProblem) -> IdentityDocument? {
        let (type, number, country) = (fields[name + ".type"], fields[name + ".number"], fields[name + ".issuingCountry"])
        guard type != nil || number != nil || country != nil else { return nil }
        guard let type, let number else { throw problem("identity.document needs both type and number") }
        return IdentityDocument(type: type, number: number, issuingCountry: country)
    }
}
