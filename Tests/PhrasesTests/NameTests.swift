import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing
@testable import Phrases

@Suite("The names of states and commands") struct NameTests {
    @Test("are in the message catalogues")
    func words() throws {
        let requests = ShareRequest.State.allCases.map(\.rawValue) + [ShareRequest.claimed]
        let devices = [Device.Status.issued, .active(since: Timestamp(microseconds: 0)), .deactivated(reason: "r"), .lost].map(
            \.name)
        #expect(Set(requests + devices).isSubset(of: MessageNames.stateNames))
        let catalog = try Texts.messages()
        for (state, language) in (requests + devices + ["expired"]).flatMap({ state in
            Language.allCases.map { (state, $0) }
        })
        where language != .english || state.contains("-") {
            #expect(catalog.name(ofState: state, in: language) != state, "\(state) in \(language)")
        }
        #expect(
            Set(["approve", "reject", "withdraw", "claim", "renew", "release", "end"]).isSubset(of: MessageNames.actionNames))
    }
}
