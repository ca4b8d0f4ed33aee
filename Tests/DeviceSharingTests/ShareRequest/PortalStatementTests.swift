import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@testable import DeviceSharing

@Suite("What the portal says with a share request")
struct PortalStatementTests {
    private static let session = SessionFacts(methods: [.pwd, .otp], level: 2, authenticatedAt: .noon)
    private static let inputs = InputValues(["riskBand": .word("low"), "score": .integer(7), "terminalKnown": .flag(true)])

    private static func event(_ statement: PortalStatement) -> DomainEvent {
        .shareRequest(
            .submitted(
                request: .first, requester: "alice", owner: "bob", device: "b-plus", consent: nil, statement: statement,
                submitter: "portal"))
    }

    @Test("is in its event in order, and in the state that is folded from it")
    func folded() throws {
        let statement = PortalStatement(session: RequesterSession(trusted: Self.session), inputs: Self.inputs)
        let event = Self.event(statement)
        let data = event.data()
        #expect(
            String(decoding: data, as: UTF8.self).contains(
                #""session":{"authenticatedAt":"\#(Timestamp.noon)","level":2,"methods":["otp","pwd"]}"#))
        #expect(String(decoding: data, as: UTF8.self).contains(#""inputs":{"riskBand":"low","score":7,"terminalKnown":true}"#))
        let read = try data.withUnsafeBytes {
            try EventSchema.decode(type: event.eventType.rawValue, schemaVersion: event.schemaVersion, data: $0)
        }
        #expect(read == event)
        guard case .shareRequest(let change) = read else { return #expect(Bool(false)) }
        #expect(ShareRequest.evolve(nil, change, at: .noon)?.statement == statement)
    }

    @Test("is no part of an event without any, which is written as events of before were")
    func absent() throws {
        let text = String(decoding: Self.event(.none).data(), as: UTF8.self)
        #expect(!text.contains("inputs") && !text.contains("session"))
    }

    @Test("is refused where the policy asks for no such input, or where the session is of the future")
    func refused() throws {
        #expect(
            throws: SharingError.invalidInput(
                field: "inputs.riskBand", problem: "is not asked for: the policy has no inputs")
        ) {
            try PortalStatement(inputs: InputValues(["riskBand": .word("low")])).checked(by: World.policy(), at: .noon)
        }
        let later = SessionFacts(methods: [], level: 0, authenticatedAt: Timestamp.noon.advanced(by: .seconds(61)))
        #expect(throws: SharingError.invalidInput(field: "session.authenticatedAt", problem: "must not be in the future")) {
            try PortalStatement(session: RequesterSession(trusted: later)).checked(by: World.policy(), at: .noon)
        }
        #expect(throws: SharingError.self) { try RequesterSession(methods: [], level: 11, authenticatedAt: .noon) }
    }
}
