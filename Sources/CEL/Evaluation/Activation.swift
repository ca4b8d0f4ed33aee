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

    package let slotCount: Int
    let slots: UnsafeMutablePointer<CELValue?>
    private(set) var locals: UnsafeMutablePointer<Outcome>
    private var localCapacity = 0
    /// Counts changes of slots: what was remembered before the last one is stale.
    private var generation = 0
    private var remembered: [Remembered?] = []
    let meter = Meter()
    /// Where a traced evaluation writes its steps.
    var recorder: TraceRecorder?

    package init(_ layout: SlotLayout) {
        slotCount = layout.count
        slots = .allocate(capacity: layout.count)
        slots.initialize(repeating: nil, count: layout.count)
        locals = .allocate(capacity: 0)
    }

    deinit {
        slots.deinitialize(count: slotCount)
        slots.deallocate()
        locals.deinitialize(count: localCapacity)
        locals.deallocate()
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
            generation &+= 1
        }
    }

    /// Leaves every variable without a value.
    package func reset() {
        for slot in 0..<slotCount { slots[slot] = nil }
        generation &+= 1
    }

    func reserveLocals(_ count: Int) {
        guard count > localCapacity else { return }
        let larger = UnsafeMutablePointer<Outcome>.allocate(capacity: count)
        larger.moveInitialize(from: locals, count: localCapacity)
        (larger + localCapacity).initialize(repeating: .value(.null), count: count - localCapacity)
        locals.deallocate()
        locals = larger
        localCapacity = count
    }

    // MARK: Named expressions

    func outcome(of definition: Definition) -> Outcome? {
        guard definition.number < remembered.count, let known = remembered[definition.number],
            known.generation == generation, known.definition == definition.identity
        else { return nil }
        return known.outcome
    }

    func remember(_ outcome: Outcome, of definition: Definition) {
        while remembered.count <= definition.number { remembered.append(nil) }
        remembered[definition.number] = Remembered(definition: definition.identity, generation: generation, outcome: outcome)
    }
}
