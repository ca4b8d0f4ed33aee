import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@testable import DeviceSharing

@Suite("Events as JSON")
struct EventRoundTripTests {
    @Test("read back as what was written, in canonical bytes", arguments: EventType.allCases)
    func roundTrip(type: EventType) throws {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let event = random.event(type)
            #expect(event.type == type.rawValue && event.schemaVersion == 1)
            let data = event.data()
            #expect(try JSONValue(parsing: data).canonicalBytes() == data, "seed \(random.seed)")
            #expect(try decode(type.rawValue, data) == event, "seed \(random.seed)")
            // The state needs neither decisions nor facts, and all the rest.
            #expect(try shape(decode(type.rawValue, data, .state)) == shape(event), "seed \(random.seed)")

            let (rules, facts) = Array(type.rawValue.utf8).withUnsafeBytes { type in
                data.withUnsafeBytes { EventSchema.beyondState(ofType: type, $0) }
            }
            let whole = try JSONValue(parsing: data)
            #expect(facts.isEmpty == (whole["facts"] == nil), "seed \(random.seed)")
            #expect(rules.isEmpty == (whole["decision"] == nil), "seed \(random.seed)")
            let rest = Array(data[..<rules.lowerBound] + data[rules.upperBound..<facts.lowerBound] + data[facts.upperBound...])
            let kept = try JSONValue(parsing: rest)
            #expect(kept["facts"] == nil && kept["decision"]?["passed"] == nil && kept["decision"]?["policy"] == nil)
            #expect(try shape(decode(type.rawValue, rest, .state)) == shape(event), "seed \(random.seed)")
        }
    }

    @Test("are told by the bytes of their type's name, and by no others", arguments: EventType.allCases)
    func typeNames(type: EventType) throws {
        let name = Array(type.rawValue.utf8)
        #expect(name.withUnsafeBytes { EventType(utf8: $0) } == type)
        let others: [[UInt8]] = [
            [], Array(name.dropLast()), Array(name.dropLast()) + [0], name + name, name.reversed(),
        ]
        for other in others {
            #expect(other.withUnsafeBytes { EventType(utf8: $0) } == nil)
        }
        let unknown = Array("user-resurrected".utf8)
        let error = #expect(throws: EventDecodingError.self) {
            try unknown.withUnsafeBytes { try EventSchema.decode(type: $0, schemaVersion: 1, data: $0) }
        }
        #expect(error?.code == .unknownType && error?.message.contains("user-resurrected") == true)
    }

    @Test("read or refuse any bytes, and trap at none", arguments: EventType.allCases)
    func anyBytes(type: EventType) {
        var random = SeededGenerator()
        for _ in 0..<400 {
            var data = random.event(type).data()
            for _ in 0...random.below(3) {
                switch random.below(3) {
                case 0 where !data.isEmpty: data[random.below(data.count)] = UInt8(truncatingIfNeeded: random.next())
                case 1: data.removeLast(random.below(data.count + 1))
                default: data.insert(random.pick(Array(#"{}[]",:\n0-t"#.utf8)), at: random.below(data.count + 1))
                }
            }
            _ = Array(type.rawValue.utf8).withUnsafeBytes { type in
                data.withUnsafeBytes { EventSchema.beyondState(ofType: type, $0) }
            }
            do {
                _ = try decode(type.rawValue, data)
            } catch {
                #expect((error as? EventDecodingError)?.code == .malformedData, "seed \(random.seed)")
            }
        }
    }

    @Test("are documented by these members")
    func documented() throws {
        func text(_ event: DomainEvent) -> String { String(decoding: event.data(), as: UTF8.self) }
        #expect(
            text(.user(.registered(user: "alice", entity: "smith", entityKind: .individual, registeredAt: .noon)))
                == #"{"entity":"smith","entityKind":"individual","registeredAt":"2026-06-01T12:00:00.000000Z","user":"alice"}"#
        )
        #expect(
            text(
                .shareRequest(
                    .submitted(request: .first, requester: "alice", owner: "bob", device: "b-plus", consent: .fresh)))
                == #"{"consent":{"givenAt":"2026-06-01T11:59:00.000000Z","method":"device-challenge","reference":"c-1","type":"asserted"},"device":"b-plus","owner":"bob","request":"01020304-0506-7000-8000-000000000001","requester":"alice"}"#
        )
        #expect(
            text(
                .shareRequest(
                    .submitted(
                        request: .first, requester: "alice", owner: "bob", device: "b-plus", consent: nil,
                        submitter: "my-backend")))
                == #"{"device":"b-plus","owner":"bob","request":"01020304-0506-7000-8000-000000000001","requester":"alice","submitter":"my-backend"}"#
        )
        #expect(
            text(.shareRequest(.ended(reason: .stoppedByOwner, consent: .fresh, note: nil)))
                == #"{"consent":{"givenAt":"2026-06-01T11:59:00.000000Z","method":"device-challenge","reference":"c-1","type":"asserted"},"reason":"stopped-by-owner"}"#
        )
        #expect(
            text(.user(.loginDeviceChanged(user: "alice", device: "b-plus", sharing: .first, superseded: ["a-sls"])))
                == #"{"device":"b-plus","sharing":"01020304-0506-7000-8000-000000000001","superseded":["a-sls"],"user":"alice"}"#
        )
        #expect(
            text(.shareRequest(.rejected(Rejection(by: .policy, error: .userClosed("bob")))))
                == #"{"by":"policy","error":{"code":"user-closed","parameters":{"user":"bob"}}}"#)
        #expect(text(.shareRequest(.expired)) == "{}")
        #expect(text(.shareRequest(.escalated)) == "{}")
    }

    private func shape(_ event: DomainEvent) -> DomainEvent {
        func bare(_ record: DecisionRecord) -> DecisionRecord {
            DecisionRecord(
                outcome: record.outcome, reasons: record.reasons, disclosed: record.disclosed,
                approvalsRequired: record.approvalsRequired, decisionBytes: [], factsBytes: [])
        }
        return switch event {
        case .shareRequest(.held(let record, let expiresAt, let escalatesAt)):
            .shareRequest(.held(bare(record), expiresAt: expiresAt, escalatesAt: escalatesAt))
        case .shareRequest(.approved(let by, let record, let note)):
            .shareRequest(.approved(by: by, bare(record), note: note))
        case .shareRequest(.rejected(let rejection)):
            .shareRequest(
                .rejected(
                    Rejection(
                        by: rejection.by, decision: rejection.decision.map(bare), error: rejection.error,
                        reason: rejection.reason,
                        note: rejection.note)))
        default: event
        }
    }
}

func decode(_ type: String, _ data: [UInt8], _ detail: EventDetail = .full, version: Int16 = 1) throws -> DomainEvent {
    try data.withUnsafeBytes { try EventSchema.decode(type: type, schemaVersion: version, data: $0, detail: detail) }
}
