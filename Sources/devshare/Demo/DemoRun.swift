import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog
import Synchronization

/// The time of the demo, which runs faster than ours.
final class DemoClock: Sendable {
    private let moment: Mutex<Timestamp>

    init(_ moment: Timestamp) { self.moment = Mutex(moment) }

    var now: Timestamp {
        get { moment.withLock { $0 } }
        set { moment.withLock { $0 = newValue } }
    }
}

/// Lives the history through the engine.
struct DemoRun: Sendable {
    let history: DemoHistory
    let engine: SharingEngine
    let clock: DemoClock
    let key: FingerprintKey

    /// Something came out otherwise than the history has it.
    struct Surprise: Error, CustomStringConvertible {
        let description: String
    }

    /// Commands in flight at the same time, while order does not matter.
    private static let callers = 256

    /// Records who and what is there at the beginning.
    func recordDirectory() async throws {
        try await concurrently(history.firstUsers, callers: Self.callers) { try await record($0) }
        try await concurrently(history.firstDevices, callers: Self.callers) { try await record($0) }
    }

    /// Goes through the history, and returns what the engine refused on the way.
    func live() async throws -> [SharingError] {
        var refused: [SharingError] = []
        for (number, step) in history.steps.enumerated() {
            try Task.checkCancellation()
            clock.now = max(clock.now, step.at)
            switch step.work {
            case .user(let user): try await record(user)
            case .device(let device): try await record(device)
            case .expiry: try await engine.expirePending(limit: 1_000)
            case .command(let command, let actor, let expected):
                if let error = try await perform(command, actor, expected) { refused.append(error) }
            }
            if number.isMultiple(of: 20) { Terminal.progress("  living through \(step.at.short)") }
        }
        clock.now = max(clock.now, history.end)
        Terminal.endProgress()
        return refused
    }

    private func perform(
        _ command: Command, _ actor: Actor, _ expected: DemoStep.Expectation
    ) async throws -> SharingError? {
        do {
            let receipt = try await engine.perform(command, as: CommandContext(actor: actor))
            switch expected {
            case .anything: return nil
            case .state(let state) where receipt.request?.state == state: return nil
            default:
                let state = receipt.request?.state.rawValue ?? "nothing"
                throw Surprise(description: "\(command.name) at \(clock.now.short) came to \(state), not to \(expected)")
            }
        } catch let error as SharingError {
            guard expected == .refusal(error.code) else {
                throw Surprise(description: "\(command.name) at \(clock.now.short) was refused (\(error)), not \(expected)")
            }
            return error
        }
    }

    private func record(_ user: DemoUser) async throws {
        let context = CommandContext(actor: DemoActors.importer)
        let command = RecordUser(user: user.id, entity: user.entity, entityKind: user.kind, registeredAt: user.registeredAt)
        _ = try await engine.perform(.recordUser(command), as: context)
        guard let identity = user.identity else { return }
        _ = try await engine.perform(.recordIdentity(user.id, key.fingerprints(of: identity.data())), as: context)
    }

    private func record(_ device: DemoDevice) async throws {
        let command = RecordDevice(
            device: device.id, holder: device.holder, kind: device.kind, activatedAt: device.activatedAt,
            expiresAt: device.expiresAt)
        _ = try await engine.perform(.recordDevice(command), as: CommandContext(actor: DemoActors.importer))
    }
}

/// Calls `body` with each element, so many at a time.
func concurrently<Element: Sendable>(
    _ elements: [Element], callers: Int, _ body: @Sendable @escaping (Element) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, element) in elements.enumerated() {
            if number >= callers { try await group.next() }
            group.addTask { try await body(element) }
        }
        try await group.waitForAll()
    }
}
