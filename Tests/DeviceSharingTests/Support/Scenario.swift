import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

/// Given what has happened, when something is asked, then this happens, or it is refused with this error.
struct Scenario: Sendable {
    private(set) var world: World
    private(set) var now: Timestamp
    /// What the latest intent gave.
    private(set) var events: [NewEvent] = []
    private(set) var refusal: SharingError?

    /// What has happened, at that moment.
    static func given(_ events: [NewEvent] = [], at moment: Timestamp = .noon) -> Scenario {
        var world = World()
        world.fold(events, at: moment)
        return Scenario(world: world, now: moment)
    }

    /// More that has happened, at the present moment.
    func and(_ events: NewEvent...) -> Scenario {
        var scenario = self
        scenario.world.fold(events, at: now)
        return scenario
    }

    func and(_ events: [NewEvent]) -> Scenario {
        var scenario = self
        scenario.world.fold(events, at: now)
        return scenario
    }

    func and(identityOf user: UserID, _ values: IdentityFingerprints) -> Scenario {
        var scenario = self
        scenario.world.fingerprints[user] = values
        return scenario
    }

    func later(_ duration: Duration) -> Scenario {
        var scenario = self
        scenario.now = now.advanced(by: duration)
        return scenario
    }

    /// Asks; what is accepted has happened for whatever comes next.
    func when(_ intent: Intent) throws -> Scenario {
        var scenario = self
        scenario.events = []
        scenario.refusal = nil
        do {
            scenario.events = try scenario.world.handle(intent, at: now)
        } catch let error as SharingError {
            scenario.refusal = error
        }
        return scenario
    }

    /// Exactly these events. What a decision holds is compared by `thenDecided`.
    @discardableResult
    func then(_ expected: NewEvent..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Scenario {
        #expect(refusal == nil, sourceLocation: sourceLocation)
        let (found, wanted) = (try events.map { try $0.line }, try expected.map { try $0.line })
        #expect(found == wanted, sourceLocation: sourceLocation)
        return self
    }

    @discardableResult
    func thenNothing(sourceLocation: SourceLocation = #_sourceLocation) -> Scenario {
        #expect(refusal == nil, sourceLocation: sourceLocation)
        #expect(events.isEmpty, sourceLocation: sourceLocation)
        return self
    }

    @discardableResult
    func thenRefused(_ error: SharingError, sourceLocation: SourceLocation = #_sourceLocation) -> Scenario {
        #expect(refusal == error, sourceLocation: sourceLocation)
        return self
    }

    /// The decision that the latest events hold.
    @discardableResult
    func thenDecided(
        _ outcome: Outcome, _ reasons: [SharingErrorCode] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Scenario {
        let record = try #require(events.lazy.compactMap(\.decision).first, sourceLocation: sourceLocation)
        #expect(record.outcome == outcome, sourceLocation: sourceLocation)
        #expect(record.reasons == reasons.map(ReasonCode.builtIn), sourceLocation: sourceLocation)
        #expect(try record.decision().outcome == outcome, sourceLocation: sourceLocation)
        #expect(try record.decision().policy == World.policy().digest, sourceLocation: sourceLocation)
        return self
    }

    @discardableResult
    func then(
        _ request: ShareRequestID, is state: ShareRequest.State, sourceLocation: SourceLocation = #_sourceLocation
    ) -> Scenario {
        #expect(refusal == nil, sourceLocation: sourceLocation)
        #expect(world.requests[request]?.state == state, sourceLocation: sourceLocation)
        return self
    }
}

extension NewEvent {
    /// Stream, type and data without decision and facts.
    fileprivate var line: String {
        get throws {
            var data = try JSONValue(parsing: event.data()).objectValue ?? JSONObject()
            data["decision"] = JSONValue?.none
            data["facts"] = JSONValue?.none
            return "\(stream) \(event.type) \(String(decoding: JSONValue.object(data).canonicalBytes(), as: UTF8.self))"
        }
    }

    var decision: DecisionRecord? {
        switch event {
        case .shareRequest(.held(let record, _, _)), .shareRequest(.approved(_, let record, _)): record
        case .shareRequest(.rejected(let rejection)): rejection.decision
        default: nil
        }
    }
}
