import CEL
import Canonical

/// Puts facts where expressions look for them: those that a policy reads, and no others.
///
/// Written out field by field, without a loop over them, in a class that is never copied: this is half of what a decision
/// costs.
final class FactWriter: Sendable {
    private let requester: Slots<ParticipantField>
    private let owner: Slots<ParticipantField>
    private let device: Slots<DeviceField>
    private let identity: Slots<IdentityField>
    private let consent: Slots<ConsentField>
    private let session: Slots<SessionField>
    private let request: Slots<RequestField>
    private let declared: [(slot: Int, field: DeclaredField)]

    /// - Parameter slots: those that are wanted; nil for all.
    init(_ layout: SlotLayout, _ schema: FactSchema, wanted slots: Set<Int>?) {
        requester = Slots(.requester, \.name, layout, slots)
        owner = Slots(.owner, \.name, layout, slots)
        device = Slots(.device, \.name, layout, slots)
        identity = Slots(.identity, \.name, layout, slots)
        consent = Slots(.consent, \.name, layout, slots)
        session = Slots(.session, \.name, layout, slots)
        request = Slots(.request, \.name, layout, slots)
        declared = schema.declared.compactMap { field in
            guard let slot = layout.slot(for: [field.record.rawValue, field.id]), slots?.contains(slot) ?? true else {
                return nil
            }
            return (slot, field)
        }
    }

    func write(_ facts: Facts, _ derived: DerivedFacts, kinds: KindTable, to activation: Activation) {
        write(facts.requester, derived.requester, to: activation, requester)
        write(facts.owner, derived.owner, to: activation, owner)
        writeDevice(facts, derived, kinds, to: activation)
        write(facts.identity, to: activation)
        write(facts.consent, to: activation)
        write(facts.session, to: activation)
        request.set(.submittedAt, .timestamp(CELTimestamp(facts.submittedAt)), activation)
        request.set(.decidedAt, .timestamp(CELTimestamp(facts.decidedAt)), activation)
        request.set(.highestLevel, .int(Int64(derived.highestLevel)), activation)
        request.set(.recommendedDevice, .string(derived.recommendedDevice(facts, kinds: kinds)), activation)
        for fact in declared { activation[fact.slot] = CELValue(fact.field.value(in: facts)) }
    }

    private func write(
        _ facts: ParticipantFacts, _ derived: DerivedFacts.Participant, to activation: Activation,
        _ slots: Slots<ParticipantField>
    ) {
        guard slots.isWanted else { return }
        slots.set(.id, .string(facts.id), activation)
        slots.set(.entity, .string(facts.entity), activation)
        slots.set(.entityKind, .string(facts.entityKind.rawValue), activation)
        slots.set(.person, .string(facts.person ?? ""), activation)
        slots.set(.adult, .string(facts.adult.rawValue), activation)
        slots.set(.registeredAt, .timestamp(CELTimestamp(facts.registeredAt)), activation)
        slots.set(.hasDevice, .bool(derived.hasDevice), activation)
        slots.set(.highestLevel, .int(Int64(derived.highestLevel)), activation)
        slots.set(.hasTemporaryDevice, .bool(derived.temporaryDevice != nil), activation)
        slots.set(.temporaryDevice, .string(derived.temporaryDevice ?? ""), activation)
        slots.set(.deviceKinds, .list(facts.devices.map { .string($0.kind.rawValue) }), activation)
    }

    private func writeDevice(_ facts: Facts, _ derived: DerivedFacts, _ kinds: KindTable, to activation: Activation) {
        guard device.isWanted else { return }
        device.set(.id, .string(facts.device), activation)
        device.set(.kind, .string(derived.devicePlace.map { facts.owner.devices[$0].kind.rawValue } ?? ""), activation)
        device.set(.level, .int(derived.kindPlace.map { Int64(kinds[$0].level) } ?? 0), activation)
        device.set(.shareable, .bool(derived.kindPlace.map { kinds[$0].isShareable } ?? false), activation)
        device.set(.physical, .bool(derived.kindPlace.map { kinds[$0].isPhysical } ?? true), activation)
        device.set(.temporary, .bool(derived.kindPlace.map { kinds[$0].isTemporary } ?? false), activation)
        // A device that is not the owner's has no age to rely on.
        device.set(
            .activatedAt,
            .timestamp(CELTimestamp(derived.devicePlace.map { facts.owner.devices[$0].activatedAt } ?? facts.decidedAt)),
            activation)
        device.set(.sharedWith, .int(Int64(facts.sharedWith)), activation)
    }

    private func write(_ facts: IdentityFacts, to activation: Activation) {
        guard identity.isWanted else { return }
        identity.set(.identical, .bool(facts.isIdentical), activation)
        identity.set(.contradicts, .bool(facts.contradicts), activation)
        identity.set(.mismatches, .list(facts.requiredAttributes(comparedAs: .mismatch).map { .string($0.rawValue) }), activation)
        identity.set(.missing, .list(facts.requiredAttributes(comparedAs: .missing).map { .string($0.rawValue) }), activation)
        identity.set(.dateOfBirth, .string(facts.dateOfBirth.rawValue), activation)
        identity.set(.citizenship, .string(facts.citizenship.rawValue), activation)
        identity.set(.residence, .string(facts.residence.rawValue), activation)
        identity.set(.document, .string(facts.document.rawValue), activation)
        identity.set(.socialSecurityNumber, .string(facts.socialSecurityNumber.rawValue), activation)
        identity.set(.usPerson, .bool(facts.usPerson == true), activation)
    }

    private func write(_ facts: ConsentFacts?, to activation: Activation) {
        guard consent.isWanted else { return }
        consent.set(.given, .bool(facts != nil), activation)
        consent.set(.givenAt, .timestamp(CELTimestamp(facts?.givenAt ?? Timestamp(microseconds: 0))), activation)
        consent.set(.method, .string(facts?.method ?? ""), activation)
    }

    private func write(_ facts: SessionFacts?, to activation: Activation) {
        guard session.isWanted else { return }
        session.set(.given, .bool(facts != nil), activation)
        session.set(.methods, .list((facts?.methods ?? []).map { .string($0.rawValue) }), activation)
        session.set(.level, .int(Int64(facts?.level ?? 0)), activation)
        session.set(
            .authenticatedAt, .timestamp(CELTimestamp(facts?.authenticatedAt ?? Timestamp(microseconds: 0))), activation)
    }
}

/// The slots of the fields of one record, by the fields' numbers.
private struct Slots<Field: CaseIterable & RawRepresentable & Sendable>: Sendable where Field.RawValue == Int {
    private let slots: [Int]
    let isWanted: Bool
    private static var none: Int { -1 }

    init(_ record: FactRecord, _ name: (Field) -> String, _ layout: SlotLayout, _ wanted: Set<Int>?) {
        slots = Field.allCases.map { field in
            guard let slot = layout.slot(for: [record.rawValue, name(field)]), wanted?.contains(slot) ?? true else {
                return Self.none
            }
            return slot
        }
        isWanted = slots.contains { $0 != Self.none }
    }

    /// Computes the value only where it is wanted.
    @inline(__always)
    func set(_ field: Field, _ value: @autoclosure () -> CELValue, _ activation: Activation) {
        let slot = slots[field.rawValue]
        if slot != Self.none { activation[slot] = value() }
    }
}

extension CELValue {
    package init(_ value: InputValue) {
        switch value {
        case .word(let word): self = .string(word)
        case .integer(let number): self = .int(Int64(number))
        case .flag(let flag): self = .bool(flag)
        }
    }
}

extension CELTimestamp {
    /// The moment, clamped to the years that the language has (1 to 9999).
    init(_ moment: Timestamp) { self.init(clampingMicroseconds: moment.microseconds) }
}
