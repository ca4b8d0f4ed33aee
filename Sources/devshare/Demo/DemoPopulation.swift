import Canonical
import DeviceSharing
import EligibilityPolicy

/// A generated user.
struct DemoUser: Sendable {
    let id: UserID
    let entity: EntityID
    let kind: EntityKind
    let registeredAt: Timestamp
    /// Nil for organisations.
    let identity: DemoIdentity?
}

/// Generated identity data. It belongs to nobody, and is treated as if it did.
struct DemoIdentity: Hashable, Sendable {
    var dateOfBirth: String
    var citizenship: String
    var residence: String
    /// Nil: not on file.
    var document: String?
    var socialSecurityNumber: String?

    func data() throws(SharingError) -> IdentityData {
        try IdentityData(
            dateOfBirth: dateOfBirth, citizenship: citizenship, residence: residence,
            document: document.map { ("passport", $0) }, socialSecurityNumber: socialSecurityNumber)
    }
}

/// A generated device.
struct DemoDevice: Sendable {
    let id: DeviceID
    let holder: UserID
    let kind: DeviceKindID
    /// Nil: issued only.
    let activatedAt: Timestamp?
    let expiresAt: Timestamp?
}

/// A directory that grows as a history needs it, and is filled up with users that nothing happens to.
struct DemoPopulation: Sendable {
    private(set) var users: [DemoUser] = []
    private(set) var devices: [DemoDevice] = []
    var random: SplitMix64
    /// When the history begins: whoever and whatever is there then.
    let start: Timestamp

    private var names: Set<String> = []
    private var nextEntity = 10_001
    private var nextSerial = 4_100_000
    private var documents: Set<String> = []

    init(seed: UInt64, start: Timestamp) {
        random = SplitMix64(seed: seed)
        self.start = start
    }

    // MARK: Entities

    mutating func entity() -> EntityID {
        defer { nextEntity += 1 }
        return EntityID(trusted: "E-\(nextEntity)")
    }

    /// Identity data of a new person.
    mutating func identity(american: Bool = false) -> DemoIdentity {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let country = american ? "US" : random.pick(Self.countries)
        let moved = !american && random.chance(15)
        return DemoIdentity(
            dateOfBirth: "\(random.number(1944...2001))-\(two(random.number(1...12)))-\(two(random.number(1...28)))",
            citizenship: country, residence: moved ? random.pick(Self.countries) : country, document: documentNumber(),
            socialSecurityNumber: american ? socialSecurityNumber() : nil)
    }

    private mutating func documentNumber() -> String {
        while true {
            let number = "\(random.pick(["K", "X", "P", "C"]))\(random.number(10_000_000...99_999_999))"
            if documents.insert(number).inserted { return number }
        }
    }

    private mutating func socialSecurityNumber() -> String {
        "\(random.number(201...599))-\(random.number(11...98))-\(random.number(1_001...9_998))"
    }

    // MARK: Users and devices

    /// - Parameter days: age of the login name at `moment`.
    mutating func user(
        of entity: EntityID, _ identity: DemoIdentity?, _ kind: EntityKind = .individual, days: Int? = nil,
        at moment: Timestamp? = nil
    ) -> DemoUser {
        let age = days ?? random.number(45...3_200)
        let user = DemoUser(
            id: UserID(trusted: name()), entity: entity, kind: kind,
            registeredAt: (moment ?? start).advanced(by: .seconds(-age * 86_400 - random.number(0...40_000))), identity: identity)
        users.append(user)
        return user
    }

    /// - Parameter days: for how long it has been active at `moment`, less than its holder has been registered; nil for issued
    ///   only.
    mutating func device(
        _ kind: DeviceKindID, of user: DemoUser, days: Int?, at moment: Timestamp? = nil, expiresAfter: Int? = nil
    ) -> DeviceID {
        nextSerial += random.number(1...97)
        let id = DeviceID(trusted: "\(Self.prefixes[kind] ?? "DEV")-\(nextSerial)")
        let moment = moment ?? start
        let activatedAt = days.map {
            max(moment.advanced(by: .seconds(-$0 * 86_400 - random.number(0...30_000))), user.registeredAt)
        }
        devices.append(
            DemoDevice(
                id: id, holder: user.id, kind: kind, activatedAt: activatedAt,
                expiresAt: expiresAfter.map { moment.advanced(by: .seconds($0 * 86_400)) }))
        return id
    }

    private mutating func name() -> String {
        while true {
            let name = "\(random.pick(Self.givenNames)).\(random.pick(Self.familyNames))\(random.number(1...99))"
            if names.insert(name).inserted { return name }
        }
    }

    // MARK: Everybody else

    /// Adds users and devices until there are so many.
    mutating func fill(users userCount: Int, devices deviceCount: Int) {
        var others: [DemoUser] = []
        while users.count < userCount {
            let isOrganization = random.chance(12)
            let entity = entity()
            let identity = isOrganization ? nil : identity(american: random.chance(20))
            for _ in 0..<min(random.pick([1, 1, 1, 2, 2, 3, 4]), userCount - users.count) {
                others.append(user(of: entity, identity, isOrganization ? .organization : .individual))
            }
        }
        for user in others where devices.count < deviceCount {
            _ = device(
                random.pick(["dsc-plus", "sls-card", "sls-card", "dsc", "ib-key"]), of: user, days: random.number(8...1_500))
        }
        while devices.count < deviceCount, !others.isEmpty {
            let user = random.pick(others)
            switch random.number(1...10) {
            case 1: _ = device("temporary-code", of: user, days: 1, expiresAfter: 20)
            case 2: _ = device("online-code-card", of: user, days: 2, expiresAfter: 30)
            case 3: _ = device("dsc-plus", of: user, days: nil)
            default:
                _ = device(random.pick(["ib-key", "ib-key", "dsc-plus", "sls-card"]), of: user, days: random.number(8...900))
            }
        }
    }

    private static let prefixes: [DeviceKindID: String] = [
        "dsc-plus": "DSP", "dsc": "DSC", "sls-card": "SLS", "ib-key": "IBK", "temporary-code": "TMP", "online-code-card": "OCC",
    ]
    private static let countries = ["DE", "HK", "SG", "CH", "GB", "JP", "FR", "TW", "AU", "CA", "SE", "IN"]
    private static let givenNames = [
        "maria", "wei", "anna", "jonas", "priya", "kenji", "sofia", "liam", "chloe", "omar", "ingrid", "pablo", "mei", "david",
        "fatima", "lukas", "hana", "oliver", "elena", "raj", "nora", "tom", "yuki", "clara", "samuel", "lin", "julia", "marco",
    ]
    private static let familyNames = [
        "berg", "chan", "weber", "silva", "tanaka", "okafor", "novak", "lee", "martin", "garcia", "wong", "keller", "patel",
        "rossi",
        "lindqvist", "sato", "dubois", "meyer", "huang", "brown", "costa", "hansen", "kim", "fischer", "lam", "moreau",
    ]
}
