import Canonical
import DeviceSharing
import EventLog
import PostgreSQL

/// A stream's state after one of its events.
public struct ReplayedState: Sendable {
    public let event: LedgerEvent
    /// As the read model has it; nil while there is nothing that it would show.
    public let state: JSONValue?
    /// As the domain has it.
    package let folded: StreamState
}

extension LedgerHandle {
    /// The states that a user, device or request went through, one for each event up to a position.
    public func replay(_ stream: StreamID, through last: Position? = nil) async throws -> [ReplayedState] {
        var snapshot = StreamSnapshot(of: stream)
        var states: [ReplayedState] = []
        for event in try await history(of: stream) where last.map({ event.position <= $0 }) ?? true {
            try snapshot.add(event)
            states.append(ReplayedState(event: event, state: snapshot.state.row, folded: snapshot.state))
        }
        return states
    }

    /// The last position before anything was recorded later than a moment; `start` where there was nothing yet. Events whose time
    /// was later set right count as recorded when it was.
    public func position(at moment: Timestamp) async throws -> Position {
        // Times run backwards by less than the disorder, so behind what is older than that by so much nothing is later.
        let repairs = try await clockRepairs()
        let sure = try await bisect(for: moment.advanced(by: .zero - LedgerClock.disorder), repairs)
        // What is set right later than the moment has a time that is later still.
        let passedOver = repairs.filter { $0.recordedAt <= moment }.map(\.positions)
        return try await reader.lastPosition(before: moment, from: sure, passingOver: passedOver)
    }

    /// A position whose event is not later than a moment; the further on the better.
    private func bisect(for moment: Timestamp, _ repairs: [RecordedClockRepair]) async throws -> Position {
        var (low, high) = (Int64(0), try await head().rawValue)
        while low < high {
            let middle = low + (high - low + 1) / 2
            guard
                let event = try await reader.events(
                    after: Position(rawValue: middle - 1), limit: 1
                ).first
            else {
                throw EventLogError(.gapInLog, "position \(middle) has no event", position: Position(rawValue: middle))
            }
            let repair = repairs.first { $0.positions.contains(middle) }
            if (repair?.recordedAt ?? event.recordedAt) <= moment { low = middle } else { high = middle - 1 }
        }
        return Position(rawValue: low)
    }
}

extension StreamState {
    /// The row of the read model.
    fileprivate var row: JSONValue? {
        switch self {
        case .user(let user?, _): .object(ReadModelRows.row(of: user))
        case .device(let device?): .object(ReadModelRows.row(of: device))
        case .shareRequest(let request?): .object(ReadModelRows.row(of: request))
        case .policy(let activation?):
            [
                "name": .string(activation.name), "version": .string(activation.version),
                "digest": .string(activation.digest.description),
            ]
        case .archive(let archive?):
            [
                "firstPosition": .integer(archive.run.positions.lowerBound),
                "lastPosition": .integer(archive.run.positions.upperBound),
                "detached": .bool(archive.isDetached),
            ]
        case .webhook(let registration?):
            .members([
                "state": .string(registration.state.rawValue),
                "receiver": registration.terms.map { .string($0.receiver) },
                "audience": registration.terms.map { .string($0.audience.rawValue) },
                "confidential": registration.terms.map { .bool($0.isConfidential) },
                "eventTypes": registration.terms.map { JSONValue($0.eventTypes) },
            ])
        case .clock(let repair?):
            [
                "firstPosition": .integer(repair.firstPosition), "latest": JSONValue(repair.latest),
                "reason": .string(repair.reason),
            ]
        case .user(nil, _), .device(nil), .shareRequest(nil), .policy(nil), .archive(nil), .webhook(nil), .clock(nil): nil
        }
    }
}
