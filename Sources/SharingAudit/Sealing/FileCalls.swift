import Dispatch
import SharingLog
import Synchronization

/// Work on files that may be on a mount that hangs: one piece after the other, in a thread of its own. What blocks cannot be
/// called off, so whoever stops waiting leaves a piece behind; nothing is begun until that has come back, or such pieces would
/// pile up.
final class FileCalls: Sendable {
    private struct State {
        var count = 0
        /// Pieces that somebody waits for,
        var wanted: Set<Int> = []
        /// and those that nobody does any more.
        var left: Set<Int> = []
    }

    private let path: String
    private let queue = DispatchQueue(label: "devshare.file-calls")
    private let state = Mutex(State())

    /// - Parameter path: what the work is about, for errors.
    init(path: String) { self.path = path }

    /// - Parameter work: is given the question whether somebody still waits for it.
    func run<Value: Sendable>(_ work: @Sendable @escaping (_ isWanted: () -> Bool) throws -> Value) async throws -> Value {
        let piece = try begin()
        return try await withTaskCancellationHandler {
            try await queue.blocking {
                defer { self.end(piece) }
                guard self.isWanted(piece) else { throw CancellationError() }
                return try work { self.isWanted(piece) }
            }
        } onCancel: {
            leave(piece)
        }
    }

    private func begin() throws(EngineError) -> Int {
        let piece = state.withLock { state -> Int? in
            guard state.left.isEmpty else { return nil }
            state.count += 1
            state.wanted.insert(state.count)
            return state.count
        }
        guard let piece else {
            throw EngineError(.witnessUnusable, "\(path) does not answer: what was begun before has not come back")
        }
        return piece
    }

    private func isWanted(_ piece: Int) -> Bool { state.withLock { $0.wanted.contains(piece) } }

    private func leave(_ piece: Int) {
        state.withLock { state in
            if state.wanted.remove(piece) != nil { state.left.insert(piece) }
        }
    }

    private func end(_ piece: Int) {
        state.withLock { state in
            state.wanted.remove(piece)
            state.left.remove(piece)
        }
    }
}
