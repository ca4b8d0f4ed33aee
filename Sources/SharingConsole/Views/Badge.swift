import Canonical
import DeviceSharing
import EligibilityPolicy

/// How something stands, beside its words: the style sheet has a colour for each.
enum Badge: String {
    case good, warn, bad, info
    case plain = ""

    var json: JSONValue { .string(rawValue) }

    init(_ outcome: Outcome) {
        switch outcome {
        case .approve: self = .good
        case .review: self = .warn
        case .reject: self = .bad
        }
    }

    init(_ ruling: Ruling) {
        self = ruling.reason.map { Badge($0.consequence) } ?? .good
    }

    init(_ consequence: Consequence) {
        switch consequence {
        case .review: self = .warn
        case .reject: self = .bad
        case .note: self = .info
        }
    }

    init(_ comparison: IdentityComparison) {
        switch comparison {
        case .match: self = .good
        case .mismatch: self = .bad
        case .missing: self = .warn
        }
    }

    init(_ state: ShareRequest.State) {
        switch state {
        case .active, .approved: self = .good
        case .compliancePending, .submitted: self = .warn
        case .rejected: self = .bad
        case .withdrawn, .expired, .ended: self = .plain
        }
    }
}
