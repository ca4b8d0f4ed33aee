import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// Something that happens in the demo's history.
struct DemoStep: Sendable {
    enum Work: Sendable {
        case command(Command, Actor, Expectation)
        case user(DemoUser)
        case device(DemoDevice)
        /// The engine looks for pending requests whose time is up.
        case expiry
    }

    /// What must come of it; the demo is a check of the engine, too.
    enum Expectation: Hashable, Sendable {
        case state(ShareRequest.State)
        /// The engine refuses it, and nothing is recorded.
        case refusal(SharingErrorCode)
        case anything
    }

    let at: Timestamp
    let work: Work

    /// What comes first at one moment.
    var rank: Int {
        switch work {
        case .user: 0
        case .device: 1
        case .command, .expiry: 2
        }
    }
}

/// Who acts in the demo.
enum DemoActors {
    static let portal = Actor(id: "client-portal", role: .portal)
    static let importer = Actor(id: "directory-sync", role: .operator)
    static let officers = ["h.tan", "r.weber", "a.okafor"].map { Actor(id: $0, role: .compliance) }
}
