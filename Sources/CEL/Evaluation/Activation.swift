/// The values of an environment's variables for one evaluation, and the room that evaluation works in.
///
/// Make one, fill it, evaluate any number of programs of the environment on it, fill it again. Named expressions
/// (``Environment/defining(_:as:)``) are evaluated at most once until a slot changes. Not for use by two threads at once.
package final class Activation {
    /// What a local variable or a named expression is worth.
    enum Outcome {
        case value(CELValue)
        case failure(EvaluationError)
    }

    private struct Remembered {
        let definition: ObjectIdentifier
        let generation: Int
        let outcome: Outcome
    }

    /// What changes during an evaluation. Behind a pointer, so that reaching it costs a load and no check for overlapping
    /// access: an activation serves one thread, and no access to it calls anything.
    private struct State {
        var locals: UnsafeMutablePointer<Outcome>
        var localCapacity = 0
        /// Counts changes of slots: what was remembered before the last one is stale.
        var generation = 0
        var remembered: UnsafeMutablePointer<Remembered?>
        var rememberedCapacity = 0
    }

    package let slotCount: Int
    let slots: UnsafeMutablePointer<CELValue?>
    private let state: UnsafeMutablePointer<State>
    let meter: Meter
    /// Where a traced evaluation writes its steps.
    var recorder: TraceRecorder?

    package convenience init(_ layout: SlotLayout) {
        self.init(layout, limits: .default)
    }

    init(_ layout: SlotLayout, limits: Limits) {
        meter = Meter(limits)
        slotCount = layout.count
        slots = .allocate(capacity: layout.count)
        slots.initialize(repeating: nil, count: layout.count)
        state = .allocate(capacity: 1)
        state.initialize(to: State(locals: .allocate(capacity: 0), remembered: .allocate(capacity: 0)))
    }

    deinit {
        slots.deinitialize(count: slotCount)
        slots.deallocate()
        state.pointee.locals.deinitialize(count: state.pointee.localCapacity)
        state.pointee.locals.deallocate()
        state.pointee.remembered.deinitialize(count: state.pointee.rememberedCapacity)
        state.pointee.remembered.deallocate()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// The value of a variable or of a leaf field; nil where it has none.
    package subscript(slot: Int) -> CELValue? {
        get {
            precondition(slot >= 0 && slot < slotCount, "no such slot")
            return slots[slot]
        }
        set {
            precondition(slot >= 0 && slot < slotCount, "no such slot")
            slots[slot] = newValue
            forget()
        }
    }

    /// Leaves every variable without a value.
    package func reset() {
        for slot in 0..<slotCount { slots[slot] = nil }
        forget()
    }

    /// Makes room for a program and starts to count what it does.
    @inline(__always)
    func begin(_ plan: Plan) {
        if plan.isMetered { meter.reset(plan) }
        if plan.localCount > state.pointee.localCapacity { reserveLocals(plan.localCount) }
    }

    // MARK: Locals

    @inline(__always)
    var locals: UnsafeMutablePointer<Outcome> { state.pointee.locals }

    private func reserveLocals(_ count: Int) {
        let old = (state.pointee.locals, state.pointee.localCapacity)
        let larger = UnsafeMutablePointer<Outcome>.allocate(capacity: count)
        larger.moveInitialize(from: old.0, count: old.1)
        (larger + old.1).initialize(repeating: .value(.null), count: count - old.1)
        old.0.deallocate()
        state.pointee.locals = larger
        state.pointee.localCapacity = count
    }

    // MARK: Named expressions

    /// Named expressions are evaluated anew.
    @inline(__always)
    func forget() { state.pointee.generation &+= 1 }

    @inline(__always)
    func outcome(of definition: Definition) -> Outcome? {
        guard definition.number < state.pointee.rememberedCapacity,
            let known = state.pointee.remembered[definition.number],
            known.generation == state.pointee.generation, known.definition == definition.identity
        else { return nil }
        return known.outcome
    }

    func remember(_ outcome: Outcome, of definition: Definition) {
        if definition.number >= state.pointee.rememberedCapacity { reserveRemembered(definition.number + 1) }
        state.pointee.remembered[definition.number] = Remembered(
            definition: definition.identity, generation: state.pointee.generation, outcome: outcome)
    }

    private func reserveRemembered(_ count: Int) {
        let old = (state.pointee.remembered, state.pointee.rememberedCapacity)
        let larger = UnsafeMutablePointer<Remembered?>.allocate(capacity: count)
        larger.moveInitialize(from: old.0, count: old.1)
        (larger + old.1).initialize(repeating: nil, count: count - old.1)
        old.0.deallocate()
        state.pointee.remembered = larger
        state.pointee.rememberedCapacity = count
    }
}
