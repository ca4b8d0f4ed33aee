/// Whether a recursion may go one level deeper.
///
/// Limits on nesting keep recursion within the 512 KiB of stack that threads of Swift's cooperative pool have, where the
/// compiler optimises. Where it does not, frames are many times larger: so the recursive parts ask here too, and refuse
/// rather than overflow. The allowance counts from where the guard is made and is the same on every thread.
package struct StackGuard: Sendable {
    /// Bytes of stack that one parse, check or plan may use.
    private static let allowance: UInt = 352 << 10
    private let lowest: UInt

    /// For the calling thread; not to be handed to another.
    package init() {
        lowest = Self.address() - Self.allowance
    }

    package var isExhausted: Bool { Self.address() < lowest }

    static let message = "the expression nests too deep"

    @inline(never)
    private static func address() -> UInt {
        var marker: UInt8 = 0
        return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    }
}
