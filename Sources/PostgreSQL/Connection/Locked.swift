import Foundation

/// A value that several threads share, each under one lock.
///
/// `Synchronization.Mutex` does the same, but on Linux it waits by futex(2), which the thread sanitizer does not know: every
/// access that such a mutex orders is reported as a race. `NSLock` is a lock of POSIX threads, which the sanitizer follows, and so
/// `make sanitize` can watch this module.
///
/// `@unchecked` is right, since `value` is touched only between `lock()` and `unlock()`, and since the value comes in as `sending`
/// and leaves only as what `body` returns, which is `Sendable`.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
    }

    func withLock<Result: Sendable, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
