import Foundation
import Testing

/// Lets a handful of a suite's tests run side by side, two for each core. Tests that start servers and programs of their own
/// by the dozen starve one another, and then look as if what they test had been slow.
///
/// The wait for a turn is outside of a test's time limit.
package struct FewAtOnce: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite || testCase != nil ? nil : self
    }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await Turns.shared.take()
        do {
            try await function()
        } catch {
            await Turns.shared.giveBack()
            throw error
        }
        await Turns.shared.giveBack()
    }
}

extension Trait where Self == FewAtOnce {
    package static var fewAtOnce: Self { FewAtOnce() }
}

/// As many turns as may be taken at once, given in the order in which they were asked for.
private actor Turns {
    static let shared = Turns(count: 2 * ProcessInfo.processInfo.activeProcessorCount)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { free = count }

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        free += 1
    }
}
