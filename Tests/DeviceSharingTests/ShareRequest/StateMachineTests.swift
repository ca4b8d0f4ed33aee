import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("The states of a share request")
struct StateMachineTests {
    typealias State = ShareRequest.State

    /// A world in which the request is in that state.
    static func world(in state: State) throws -> Scenario {
        let given = Scenario.given(.cast).and(.device("b-new", of: "bob", "dsc-plus", active: .daysAgo(1)))
        let pending = try given.when(.submit(.first, by: "alice", device: "b-new", of: "bob"))
        return switch state {
        case .submitted:
            given.and(
                .shareRequest(
                    .first,
                    .submitted(request: .first, requester: "alice", owner: "bob", device: "b-new", consent: .fresh)))
        case .compliancePending: pending
        case .approved: pending.and(.shareRequest(.first, .approved(by: .compliance, .any, note: nil)))
        case .active: try pending.when(.approve(.first, by: .olivia))
        case .rejected: try pending.when(.reject(.first, by: .olivia, reason: "other"))
        case .withdrawn: try pending.when(.withdraw(.first))
        case .expired: try pending.later(.hours(120)).when(.expire(.first))
        case .ended: try pending.when(.approve(.first, by: .olivia)).when(.end(.first, reason: .stoppedByRequester))
        }
    }

    /// What can be attempted, from which state it is allowed, and where it leads.
    private static let arrows: [(attempted: String, intent: Intent, from: State, to: State)] = [
        ("approve", .approve(.first, by: .olivia), .compliancePending, .active),
        ("reject", .reject(.first, by: .olivia, reason: "other"), .compliancePending, .rejected),
        ("withdraw", .withdraw(.first), .compliancePending, .withdrawn),
        ("claim", .claim(.first, by: .olivia), .compliancePending, .compliancePending),
        ("release", .release(.first, by: .olivia), .compliancePending, .compliancePending),
        ("end", .end(.first, reason: .stoppedByRequester), .active, .ended),
    ]

    @Test("allow each arrow from its state, and from no other", arguments: State.allCases)
    func arrows(state: State) throws {
        let scenario = try Self.world(in: state)
        #expect(scenario.world.requests[.first]?.state == state)
        for arrow in Self.arrows {
            let after = try scenario.when(arrow.intent)
            if arrow.from == state {
                after.then(.first, is: arrow.to)
            } else {
                after.thenRefused(.invalidTransition(from: state.rawValue, attempted: arrow.attempted))
                #expect(after.world.requests == scenario.world.requests)
            }
        }
    }

    @Test("that are pending alone expire", arguments: State.allCases)
    func expiry(state: State) throws {
        let after = try Self.world(in: state).later(.days(30)).when(.expire(.first))
        after.then(.first, is: state == .compliancePending ? .expired : state)
    }

    @Test("are what the read models and the API call them")
    func names() {
        #expect(
            State.allCases.map(\.rawValue)
                == [
                    "submitted", "compliance-pending", "approved", "active", "rejected", "withdrawn", "expired",
                    "ended",
                ])
    }

    @Test("of an unknown request are none")
    func unknown() throws {
        for arrow in Self.arrows { try Scenario.given(.cast).when(arrow.intent).thenRefused(.requestNotFound(.first)) }
    }
}
