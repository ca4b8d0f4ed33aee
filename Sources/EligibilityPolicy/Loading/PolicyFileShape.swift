/// The form of a policy file: its keys and its limits. `Policies/policy.schema.json` says the same to editors.
enum PolicyFileShape {
    static let file = MappingShape(
        "a policy file", required: ["policy", "pending", "devices", "rules", "rejectionReasons"],
        optional: ["inputs", "counters", "constants", "variables", "reasons", "disclosures", "exemptions"])
    static let policy = MappingShape("'policy'", required: ["name", "version"])
    static let pending = MappingShape("'pending'", required: ["expiresAfter"], optional: ["escalatesAfter"])
    static let device = MappingShape(
        "a kind of device", required: ["id", "title", "level"], optional: ["shareable", "physical", "temporary", "retired"])
    static let rule = MappingShape(
        "a rule", required: ["id", "title", "require", "otherwise", "error"],
        optional: ["parameters", "approvals", "at", "from", "until", "pending"])
    static let reason = MappingShape(
        "a reason", required: ["id", "title", "message", "advice", "disclosedAs"], optional: ["parameters"])
    static let input = MappingShape(
        "an input", required: ["id", "title", "type", "default"], optional: ["required", "values", "range"])
    static let counter = MappingShape("a counter", required: ["id", "title", "count", "of"], optional: ["within"])
    static let exemption = MappingShape("an exemption", required: ["id", "rules", "requester", "owner", "until", "reason"])
    static let rejectionReason = MappingShape(
        "a rejection reason", required: ["id", "title"], optional: ["disclosedAs"])
}

/// What a policy file may hold at most.
package enum PolicyLimits {
    /// Bytes of the file.
    package static let fileSize = 262_144
    package static let rules = 200
    package static let deviceKinds = 100
    package static let rejectionReasons = 100
    package static let exemptions = 200
    package static let reasons = 100
    package static let inputs = 50
    package static let counters = 20
    /// Words of one input.
    package static let inputWords = 100
    /// Whole numbers of an input.
    package static let inputNumbers = -1_000_000_000...1_000_000_000
    /// Characters of the title of a reason.
    package static let reasonTitle = 200
    /// Characters of the message of a reason, and of its advice.
    package static let reasonText = 1_000
    /// Parameters of one reason.
    package static let reasonParameters = 20
    /// Bytes of a user's id in an exemption.
    package static let userID = 64
    /// Bytes of the reason of an exemption.
    package static let exemptionReason = 500
    /// Constants, and variables.
    package static let names = 200
    /// Bytes of one expression.
    package static let expressionSize = 4_096
    /// Steps of one expression in the worst case, as the checker of expressions counts them.
    package static let expressionCost: UInt64 = 100_000
    /// Steps of one evaluation of one expression, which may be more than was foreseen: the sizes of facts are not known then.
    package static let evaluationSteps = 1_000_000
    /// Elements and 16 bytes of text in the values of all constants together.
    package static let constantSize = 100_000
    /// Steps of all rules of a policy together in the worst case.
    package static let policyCost: UInt64 = 1_000_000
    /// Levels of kinds of devices; 0 is no device.
    package static let levels = 1...1_000_000
    /// How long a request may stay pending.
    package static let pending = Duration.seconds(60)...Duration.seconds(366 * 86_400)
    package static let approvals = 1...2
}
