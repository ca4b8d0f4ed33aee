/// What is counted of the log for a decision: what, of whom, over which span, such as the sharings of the owner that began within
/// 30 days.
///
/// A counter has one spelling, under which its number is recorded with the decision: `sharings.owner.30d`. Policies give it names
/// of their own.
public struct HistoryCounter: Hashable, Sendable {
    /// What is counted.
    public enum Quantity: String, CaseIterable, Hashable, Sendable {
        /// Sharings: of the requester those by which it logs in, of the owner those of its devices. Without a span those that stand
        /// now, else those that began within it, whether they stand or not.
        case sharings
        /// Requests that were submitted within the span.
        case requests
        /// Requests that were rejected within the span, by the policy or by an officer.
        case rejections
        /// Whole days since a device of the user was issued, activated, deactivated or lost; an activation by the broker's date.
        /// Without a device, since the user's registration.
        case daysSinceDeviceChange = "days-since-device-change"
        /// Whole days since the user's identity data were replaced or erased; since the user's registration where they never were.
        case daysSinceIdentityChange = "days-since-identity-change"
    }

    /// Of whom.
    public enum Subject: String, CaseIterable, Hashable, Sendable {
        case requester
        case owner
        /// All users of the requester's entity, the requester among them.
        case requesterEntity = "requester-entity"
        /// All users of the owner's entity, the owner among them.
        case ownerEntity = "owner-entity"

        /// Whether it is more than one user.
        public var isEntity: Bool {
            switch self {
            case .requester, .owner: false
            case .requesterEntity, .ownerEntity: true
            }
        }

        /// Which user of the request it is, or is the entity of.
        public var side: ParticipantSide {
            switch self {
            case .requester, .requesterEntity: .requester
            case .owner, .ownerEntity: .owner
            }
        }
    }

    public let quantity: Quantity
    public let subject: Subject
    /// How far back it goes, in hours: 1 to ``maximumHours``. Nil for what is so now.
    public let hours: Int?

    /// 366 days.
    public static let maximumHours = 366 * 24
    /// What is more is recorded as this.
    public static let maximum = 1_000_000
    /// Users of an entity whose histories are counted. The counters of an entity that has more are ``maximum``.
    public static let maximumUsers = 500

    /// Nil for what cannot be counted: see ``problem(_:_:hours:)``.
    public init?(_ quantity: Quantity, of subject: Subject, hours: Int?) {
        guard Self.problem(quantity, subject, hours: hours) == nil, hours.map((1...Self.maximumHours).contains) ?? true else {
            return nil
        }
        self.quantity = quantity
        self.subject = subject
        self.hours = hours
    }
}

extension HistoryCounter {
    /// Why there is no such counter, and what to do; nil where there is one.
    static func problem(
        _ quantity: Quantity, _ subject: Subject, hours: Int?
    ) -> (key: String, message: String, advice: String)? {
        switch quantity {
        case .sharings: return nil
        case .requests, .rejections:
            guard subject.side == .requester else {
                return (
                    "of", "\(quantity.rawValue) are not counted of an owner",
                    "Count those of requester or requester-entity, who put them."
                )
            }
            return hours == nil
                ? ("count", "\(quantity.rawValue) are counted over a span", "Add 'within', as in within: 30d.") : nil
        case .daysSinceDeviceChange, .daysSinceIdentityChange:
            guard !subject.isEntity else {
                return ("of", "\(quantity.rawValue) is of one user", "Write of: requester, or of: owner.")
            }
            return hours == nil ? nil : ("within", "\(quantity.rawValue) has no span", "Remove 'within'.")
        }
    }

    /// As a span is written: `30d`, or `36h` where it is not whole days. Nil for anything else, and beyond ``maximumHours``.
    static func hours(_ text: String) -> Int? {
        guard let match = text.wholeMatch(of: /([1-9][0-9]{0,4})([hd])/), let number = Int(match.1) else { return nil }
        let hours = match.2 == "d" ? number * 24 : number
        return hours <= maximumHours ? hours : nil
    }

    /// The span as ``hours(_:)`` reads it; nil for what is so now.
    public var span: String? { hours.map { $0 % 24 == 0 ? "\($0 / 24)d" : "\($0)h" } }
}

extension HistoryCounter {
    /// The number of users against whom nothing is counted: none of what is counted, and no change for three years.
    package var ordinary: Int {
        switch quantity {
        case .sharings, .requests, .rejections: 0
        case .daysSinceDeviceChange, .daysSinceIdentityChange: 3 * 365
        }
    }
}

extension CounterValues {
    /// Those that are not 0, of users against whom nothing is counted.
    package static func ordinary(_ counters: [HistoryCounter]) -> CounterValues {
        CounterValues(
            Dictionary(counters.map { ($0, $0.ordinary) }, uniquingKeysWith: { first, _ in first }).filter { $0.value > 0 })
    }
}

extension HistoryCounter: CustomStringConvertible, LosslessStringConvertible {
    /// The spelling: quantity, subject and span, between dots.
    public var description: String {
        ([quantity.rawValue, subject.rawValue] + (span.map { [$0] } ?? [])).joined(separator: ".")
    }

    /// Nil for what is not exactly the spelling of a counter.
    public init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), let quantity = Quantity(rawValue: parts[0]),
            let subject = Subject(rawValue: parts[1])
        else { return nil }
        let hours = parts.count == 3 ? Self.hours(parts[2]) : nil
        guard parts.count == 2 || hours != nil, let counter = HistoryCounter(quantity, of: subject, hours: hours),
            counter.description == description
        else { return nil }
        self = counter
    }
}
