import CEL
import Synchronization

/// Keeps the working memory of evaluations, so that a decision allocates none.
///
/// One is kept: whoever finds it taken makes another, and the one given back last stays.
///
/// Unchecked because an ``Activation`` is not sendable: taking and giving exchange the only reference atomically, so an
/// activation is in the hands of one evaluation, or of nobody.
final class ActivationPool: @unchecked Sendable {
    private let layout: SlotLayout
    private let kept = Atomic<Unmanaged<Activation>?>(nil)

    init(_ layout: SlotLayout) { self.layout = layout }

    deinit { kept.exchange(nil, ordering: .acquiring)?.release() }

    func take() -> Activation {
        kept.exchange(nil, ordering: .acquiring)?.takeRetainedValue() ?? Activation(layout)
    }

    func give(_ activation: Activation) {
        kept.exchange(.passRetained(activation), ordering: .acquiringAndReleasing)?.release()
    }
}
