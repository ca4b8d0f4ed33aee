/// Something that a policy asks the portal for with each request, such as the risk band of the client's session.
public struct PolicyInput: Hashable, Sendable {
    /// What expressions and the portal call it: `input.riskBand`.
    public let id: String
    /// What it is, for people.
    public let title: LocalizedText
    public let type: InputType
    /// Whether a new request without it is refused.
    public let isRequired: Bool
    /// What counts where a request lacks it, or has what is none of its type: one of before the policy asked for it, or of another
    /// policy.
    public let fallback: InputValue
}

extension PolicyInput {
    /// What the policy reads of a request.
    package var field: DeclaredField { DeclaredField(id: id, source: .input(id), type: type, fallback: fallback) }
}

extension Policy {
    /// The inputs of a new request as they are recorded; or what is wrong with one of them: unknown, of another type, missing.
    public func check(_ inputs: InputValues) -> Result<InputValues, RefusedInput> {
        let normalized = normalized(inputs)
        if case .success = normalized, let missing = self.inputs.first(where: { $0.isRequired && inputs[$0.id] == nil }) {
            return .failure(RefusedInput(input: missing.id, problem: "is missing: it must be \(missing.type.requirement)"))
        }
        return normalized
    }

    /// The same of a request that may lack inputs, as those of before the policy asked for them do.
    package func normalized(_ inputs: InputValues) -> Result<InputValues, RefusedInput> {
        var checked = InputValues.none
        for (name, value) in inputs.sorted {
            guard DeclaredName.isValid(name) else { return .failure(.unnamed) }
            guard let input = self.inputs.first(where: { $0.id == name }) else { return .failure(unknown(name)) }
            guard let normalized = input.type.normalized(value) else {
                return .failure(RefusedInput(input: name, problem: "must be \(input.type.requirement)"))
            }
            checked[name] = normalized
        }
        return .success(checked)
    }

    private func unknown(_ name: String) -> RefusedInput {
        let known = inputs.map(\.id)
        let problem =
            known.isEmpty
            ? "is not asked for: the policy has no inputs"
            : "is not asked for by the policy. " + MappingReader.suggestion(for: name, among: known)
        return RefusedInput(input: name, problem: problem)
    }
}

/// Why the inputs of a new request are refused.
public struct RefusedInput: Error, Hashable, Sendable {
    /// The input's name; nil where it is none that an input could have, and so is not repeated.
    public let input: String?
    /// What is wrong, as a clause without its subject: `must be one of low, medium, high`.
    public let problem: String

    fileprivate static let unnamed = RefusedInput(
        input: nil, problem: "has a member that is no name of an input: a small letter, then letters and digits, 64 at most")
}
