import Synchronization

/// Calls `body` with 0, 1, 2 … below `count` from so many tasks at once, until the time is up. Returns how many calls there
/// were.
@discardableResult
func concurrently(
    _ count: Int, callers: Int, until deadline: ContinuousClock.Instant? = nil,
    _ body: @Sendable @escaping (Int) async throws -> Void
) async throws -> Int {
    let numbers = Numbers(below: count)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<callers {
            group.addTask {
                while deadline.map({ ContinuousClock.now < $0 }) ?? true, let number = numbers.next() { try await body(number) }
            }
        }
        try await group.waitForAll()
    }
    return numbers.taken
}

private final class Numbers: Sendable {
    private let count: Int
    private let place = Mutex(0)

    init(below count: Int) { self.count = count }

    func next() -> Int? {
        place.withLock { place in
            guard place < count else { return nil }
            place += 1
            return place - 1
        }
    }

    var taken: Int { place.withLock { $0 } }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
